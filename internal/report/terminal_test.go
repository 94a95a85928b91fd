package report_test

import (
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cmkify/detect"
	"cmkify/internal/engine"
	"cmkify/internal/report"
	"cmkify/internal/testkit"
	"cmkify/internal/testkit/command"

	"github.com/creack/pty"
)

// onTerminal runs the command with stdout and stderr on a terminal and
// returns what stands there.
func onTerminal(t *testing.T, command *exec.Cmd) string {
	t.Helper()
	terminal, err := pty.Start(command)
	if err != nil {
		testkit.Skip(t, testkit.Terminal, err.Error())
	}
	defer terminal.Close()
	said, err := io.ReadAll(terminal)
	if len(said) == 0 {
		t.Fatalf("nothing is said: %v", err) // at the end Linux says EIO
	}
	if err := command.Wait(); command.ProcessState == nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(said), "\r\n", "\n")
}

// TestTerminal holds what people see: on a terminal findings by directory, in
// colours; else a line each, that editors and grep can read.
func TestTerminal(t *testing.T) {
	t.Parallel()
	tool := command.Path()
	example, err := filepath.Abs(filepath.Join("..", "..", "golden", "example"))
	if err != nil {
		t.Fatal(err)
	}
	const summary = "2 tables in 1 directory: 2 fixable\n2 tables can be fixed: run cmkify without --dry-run or --check\n1 new key: $1 a month, up to $3 after two rotations\n"
	const grouped = `.
  main.tf:1:1 aws_dynamodb_table.orders fixable
    has no server_side_encryption block [no-encryption-block]
    table: aws_kms_key.dynamodb (to be created)
  main.tf:13:1 aws_dynamodb_table.sessions fixable
    has no KMS key [no-key]
    table: aws_kms_key.dynamodb (to be created)
` + summary
	const piped = `main.tf:1:1: aws_dynamodb_table.orders: has no server_side_encryption block [no-encryption-block]
main.tf:13:1: aws_dynamodb_table.sessions: has no KMS key [no-key]
`
	colourless := strings.NewReplacer("\x1b[1m", "", "\x1b[33m", "", "\x1b[m", "")
	for name, c := range map[string]struct {
		args     string
		env      string
		terminal bool
		colours  bool
		want     string
	}{
		"terminal":              {"--check", "TERM=xterm", true, true, grouped},
		"terminal, NO_COLOR":    {"--check", "NO_COLOR=1", true, false, grouped},
		"terminal, dumb":        {"--check", "TERM=dumb", true, false, grouped},
		"terminal, CLICOLOR":    {"--check", "CLICOLOR=0", true, false, grouped},
		"piped, FORCE_COLOR":    {"--check", "FORCE_COLOR=1", false, true, piped},
		"piped, CLICOLOR_FORCE": {"--check", "CLICOLOR_FORCE=1", false, true, piped},
		"piped, not forced":     {"--check", "FORCE_COLOR=0", false, false, piped},
		"a patch, FORCE_COLOR":  {"-n -q", "FORCE_COLOR=1", false, false, ""},
		"piped, always":         {"--check --color=always", "TERM=xterm", false, true, piped},
		"terminal, never":       {"--check --color never", "TERM=xterm", true, false, grouped},
		"piped":                 {"--check", "TERM=xterm", false, false, piped},
		"quiet on a terminal":   {"-n --color=always", "TERM=xterm", true, true, ""},
		"piped, always colours": {"-n -q --color always", "TERM=xterm", false, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			command := exec.Command(tool, strings.Fields(c.args)...)
			command.Dir = example
			command.Env = []string{c.env, "TERM=xterm", "HOME=" + t.TempDir()}
			if strings.HasPrefix(c.env, "TERM=") {
				command.Env = command.Env[:1]
			}
			var said string
			if c.terminal {
				said = onTerminal(t, command)
			} else {
				out, _ := command.Output() // exits 1
				said = string(out)
			}
			if got := strings.Contains(said, "\x1b["); got != c.colours {
				t.Errorf("colours: %v\n%q", got, said)
			}
			if plain := colourless.Replace(said); c.want != "" && plain != c.want {
				t.Errorf("said\n%s\nwant\n%s", plain, c.want)
			}
		})
	}
}

// TestTerminalWraps holds that lines end before the terminal does, that commands
// can be copied, and that a long sentence is said once.
func TestTerminalWraps(t *testing.T) {
	t.Parallel()
	run := dryRun(t, command.Path(), goldenTree(t))
	check := exec.Command(command.Path(), "--check", "--color=never", "warnings", "replicas", "declined")
	check.Dir = run.dir
	check.Env = []string{"TERM=xterm", "HOME=" + t.TempDir()}
	terminal, err := pty.StartWithSize(check, &pty.Winsize{Rows: 50, Cols: 60})
	if err != nil {
		testkit.Skip(t, testkit.Terminal, err.Error())
	}
	defer terminal.Close()
	data, _ := io.ReadAll(terminal) // at the end Linux says EIO
	said := strings.ReplaceAll(string(data), "\r\n", "\n")
	commands := 0
	for line := range strings.Lines(said) {
		text := strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(text, "      aws dynamodb update-table --table-name ") && strings.HasSuffix(text, "]'") || text == "      terraform apply" {
			commands++
			continue
		}
		if strings.HasPrefix(text, "    ") && !strings.HasPrefix(text, "      ") && len(text) > 60 && strings.Contains(strings.TrimSpace(text), " ") {
			t.Errorf("%d columns: %s", len(text), text)
		}
	}
	if commands < 10 {
		t.Errorf("%d commands stand alone", commands)
	}
	for sentence, id := range map[string]string{"each role that uses it": "iam-only-key", "its stream ARN, backups": "replica-recreated", "upgrade to >= 3.0": "old-provider"} {
		if n := strings.Count(strings.Join(strings.Fields(said), " "), sentence); n > 1 || n == 0 && command.Slowness == 1 {
			t.Errorf("%q is said %d times", sentence, n)
		}
		if n := strings.Count(said, "["+id+"]"); n < 2 && command.Slowness == 1 {
			t.Errorf("[%s] is said %d times", id, n)
		}
	}
	if strings.Contains(said, "(created)") {
		t.Error("a check says that keys were created")
	}
}

// TestProgress holds that a long run shows how far it is, on a terminal only.
func TestProgress(t *testing.T) {
	t.Parallel()
	tool := command.Path()
	dir := writeTree(t, goldenTree(t))
	command := exec.Command("sh", "-c", `"$1" --check --jobs 1 --format json >document`, "sh", tool)
	command.Dir = dir
	if said := onTerminal(t, command); !strings.Contains(said, "directories (") || !strings.Contains(said, "\r") {
		t.Errorf("no progress is shown: %q", said)
	}
	command = exec.Command("sh", "-c", `"$1" --check --quiet --format json >document; echo end`, "sh", tool)
	command.Dir = dir
	if said := onTerminal(t, command); strings.Contains(said, "directories (") {
		t.Errorf("--quiet shows progress: %q", said)
	}
	command = exec.Command(tool, "--check", "--format", "json")
	command.Dir = dir
	var errs strings.Builder
	command.Stderr = &errs
	_ = command.Run() // exits 2: some cases are broken
	if strings.Contains(errs.String(), "\r") {
		t.Errorf("progress goes into a pipe: %q", errs.String())
	}
}

// TestTerminalPassedOver holds that a key which is not reused is said to be, once
// a run, and under -v with all else.
func TestTerminalPassedOver(t *testing.T) {
	t.Parallel()
	line := report.Line{File: "main.tf", Line: 1, Column: 1, Text: "aws_kms_key.k is not reused: it has no policy"}
	finding := func(name string) *report.Finding {
		return &report.Finding{
			Address: name, File: "main.tf", Line: 9, Column: 1, Status: detect.Fixable,
			Trace: []report.Line{line}, PassedOver: []report.Line{line},
		}
	}
	for verbose, want := range map[bool]string{
		false: ".\n  main.tf:9:1 a fixable\n    aws_kms_key.k is not reused: it has no policy\n  main.tf:9:1 b fixable\n",
		true:  ".\n  main.tf:9:1 a fixable\n    main.tf:1:1: aws_kms_key.k is not reused: it has no policy\n  main.tf:9:1 b fixable\n    main.tf:1:1: aws_kms_key.k is not reused: it has no policy\n",
	} {
		var out strings.Builder
		terminal := &report.Terminal{Out: &out, Verbose: verbose, Width: 80}
		if err := terminal.Directory(report.Result{Result: engine.Result{Dir: "."}, Findings: []*report.Finding{finding("a"), finding("b")}}); err != nil {
			t.Fatal(err)
		}
		if out.String() != want {
			t.Errorf("verbose %v: said\n%s\nwant\n%s", verbose, out.String(), want)
		}
	}
}
