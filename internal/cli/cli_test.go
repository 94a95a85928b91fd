package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"cmkify/internal/report"
	"cmkify/internal/testkit"
)

func TestUsageFitsAScreen(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(Usage(), "\n"), "\n")
	for _, l := range lines {
		if len(l) > 80 {
			t.Errorf("%d columns: %s", len(l), l)
		}
	}
	if len(lines) > 50 {
		t.Errorf("%d lines", len(lines))
	}
	for _, name := range report.Names {
		if !strings.Contains(Usage(), name) {
			t.Errorf("the format %s is missing", name)
		}
	}
}

// TestDanglingLink holds that a link which leads nowhere is an error beside a
// table, which Terraform cannot plan either, and none elsewhere.
func TestDanglingLink(t *testing.T) {
	for content, want := range map[string]int{
		"resource \"aws_s3_bucket\" \"logs\" {}\n":     ExitDone,
		"resource \"aws_dynamodb_table\" \"t\" {\n}\n": ExitTrouble,
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("nowhere.tf", filepath.Join(dir, "link.tf")); err != nil {
			t.Fatal(err)
		}
		var stdout, stderr strings.Builder
		if got := Main([]string{"-n", dir}, nil, &stdout, &stderr); got != want {
			t.Errorf("exit %d, want %d:\n%s\n%s", got, want, content, stderr.String())
		}
	}
}

// TestMistakes holds that a mistake is answered with what to use.
func TestMistakes(t *testing.T) {
	for args, want := range map[string]string{
		"-no-color":                        "unknown flag -no-color (did you mean --color=never?)",
		"-dry-run":                         "-dry-run: long flags take two dashes (did you mean --dry-run?)",
		"-key-name=x":                      "-key-name: long flags take two dashes (did you mean --key-name?)",
		"--dryrun":                         "unknown flag --dryrun (did you mean --dry-run?)",
		"--json":                           "unknown flag --json (did you mean --format=json?)",
		"--fix":                            "unknown flag --fix (files are rewritten unless --dry-run or --check is given)",
		"--diff .":                         "unknown flag --diff (did you mean --dry-run?)",
		"--stat":                           "unknown flag --stat (the last lines of a run have the counts; git diff --stat has files and lines)",
		"-r infra":                         "unknown flag -r (directories are searched recursively)",
		"-nr":                              "unknown flag -r (directories are searched recursively)",
		"-V":                               "unknown flag -V (did you mean --version?)",
		"--formt json":                     "unknown flag --formt (did you mean --format?)",
		"--format yaml":                    `--format "yaml": want one of `,
		"--format json=":                   "--format json=: no file behind =",
		"--format json=a --format jsonl=a": "--format jsonl=a: another format goes to that file",
		"--format json --format sarif":     "only one format goes to stdout",
		"--format json=a --output b":       "--output goes with one --format",
		"--key-policy open":                `--key-policy "open": want dynamodb or none`,
		"--replicas no":                    `--replicas "no": want fix or skip`,
		"--completion tcsh":                `--completion "tcsh"`,
		"--jobs -1":                        "--jobs -1: want at least 1",
		"--key-name 1":                     `--key-name "1": not a name`,
		"- main.tf":                        "standard input",
		"--stdin-filename main.tf":         "--stdin-filename goes with the path -",
		"--stdin-filename main.tf a.tf":    "--stdin-filename goes with the path -",
		"--xyzzyxyzzyxyzzy":                "unknown flag --xyzzyxyzzyxyzzy",
		"-z":                               "unknown shorthand flag",
		"--only":                           "flag needs an argument",
		"--color sometimes -- --dry-runs":  `--color "sometimes": want auto`,
	} {
		_, err := Parse(strings.Fields(args))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("cmkify %s: %v, want %q", args, err, want)
		}
	}
}

func TestParse(t *testing.T) {
	f, err := Parse([]string{"-nq", "--format", "sarif=a", "--format", "json", "-j3", "--", "-x.tf"})
	if err != nil {
		t.Fatal(err)
	}
	if want := []report.Output{{Format: "sarif", File: "a"}, {Format: "json"}}; !slices.Equal(f.Outputs, want) || !f.Document() {
		t.Errorf("outputs %v", f.Outputs)
	}
	if !f.DryRun || !f.Quiet || f.Jobs != 3 || !slices.Equal(f.Paths, []string{"-x.tf"}) {
		t.Errorf("%+v", f)
	}
	f, err = Parse(nil)
	if err != nil || f.Document() || f.Jobs < 1 || !slices.Equal(f.Paths, []string{"."}) {
		t.Errorf("without arguments: %+v, %v", f, err)
	}
	f, err = Parse([]string{"--format", "markdown=a", "--format", "sarif=b"})
	if err != nil || f.Document() {
		t.Errorf("formats to files stand in no one's place: %+v, %v", f, err)
	}
}

// TestCompletion runs the scripts in their shells.
func TestCompletion(t *testing.T) {
	for shell, commands := range map[string]string{
		"bash": `source "$1"; complete_one() { COMP_WORDS=(cmkify "$@"); COMP_CWORD=$#; COMPREPLY=(); _cmkify; echo "${COMPREPLY[*]}"; }
			complete_one --dry; complete_one --format sa; complete_one --key-policy ""; complete_one ma; complete_one expl; complete_one explain no-k; complete_one x ma`,
		"fish": `source $argv[1]; for line in "cmkify --dry" "cmkify --format sa" "cmkify --key-policy " "cmkify ma" "cmkify expl" "cmkify explain no-k" "cmkify x ma"; complete -C $line | cut -f1 | string join " "; end; true`,
	} {
		t.Run(shell, func(t *testing.T) {
			testkit.NeedTool(t, shell)
			dir := t.TempDir()
			script := filepath.Join(dir, "script")
			for name, text := range map[string]string{script: Complete(shell), filepath.Join(dir, "main.tf"): ""} {
				if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			args := []string{"-c", commands, shell, script}
			if shell == "fish" {
				args = []string{"-c", commands, script}
			}
			command := exec.Command(shell, args...)
			command.Dir = dir
			out, err := command.CombinedOutput()
			if want := "--dry-run\nsarif\ndynamodb none\nmain.tf man\nexplain\nno-key\nmain.tf\n"; err != nil || string(out) != want {
				t.Errorf("%v\n%s, want\n%s", err, out, want)
			}
		})
	}
	t.Run("zsh", func(t *testing.T) {
		testkit.NeedTool(t, "zsh")
		command := exec.Command("zsh", "-fc", `autoload -Uz compinit; compinit -D; source /dev/stdin; whence -w _cmkify`)
		command.Stdin = strings.NewReader(Complete("zsh"))
		if out, err := command.CombinedOutput(); err != nil || !strings.Contains(string(out), "_cmkify: function") {
			t.Errorf("%v\n%s", err, out)
		}
	})
}

// TestOverlap holds that a directory below paths of two configuration files is
// printed, and counted, once: as the first path has it.
func TestOverlap(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		".git": "", ".cmkify.hcl": "key_name = \"outer\"\n", "sub/.cmkify.hcl": "key_name = \"inner\"\n",
		"main.tf": "resource \"aws_dynamodb_table\" \"t\" {\n}\n", "sub/main.tf": "resource \"aws_dynamodb_table\" \"t\" {\n}\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	for args, want := range map[string][2]int{"": {2, 0}, "sub": {0, 1}, ". sub": {2, 0}, "sub .": {1, 1}, "--no-config": {0, 0}} {
		var stdout, stderr strings.Builder
		Main(append([]string{"-n"}, strings.Fields(args)...), nil, &stdout, &stderr)
		got := [2]int{strings.Count(stdout.String(), `"aws_kms_key" "outer"`), strings.Count(stdout.String(), `"aws_kms_key" "inner"`)}
		if got != want {
			t.Errorf("cmkify -n %s: keys %v, want %v\n%s", args, got, want, stderr.String())
		}
	}
}

// TestWords holds that words in the place of the first argument work as the
// flags do, and that a path of that name can still be given.
func TestWords(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("help", 0o755); err != nil {
		t.Fatal(err)
	}
	for args, c := range map[string]struct {
		exit           int
		stdout, stderr string // what they begin with
	}{
		"help":                {ExitDone, "cmkify moves DynamoDB tables", ""},
		"--help":              {ExitDone, "cmkify moves DynamoDB tables", ""},
		"version":             {ExitDone, "cmkify ", ""},
		"explain":             {ExitDone, "Statuses: ", ""},
		"explain no-key":      {ExitDone, "no-key (problem)", ""},
		"help no-key":         {ExitDone, "no-key (problem)", ""},
		"man":                 {ExitDone, ".TH CMKIFY 1\n", ""},
		"explain ckv_aws_119": {ExitDone, "ckv_aws_119 (check of a scanner)", ""},
		"explain AWS-0065":    {ExitDone, "AWS-0065 (check of a scanner)", ""},
		"explain nokey":       {ExitTrouble, "", `cmkify: explain: unknown ID "nokey" (did you mean no-key?)`},
		"explain a b":         {ExitTrouble, "", "cmkify: explain: want one ID"},
		"version now":         {ExitTrouble, "", `cmkify: version: unexpected argument "now"`},
		"./help":              {ExitDone, "", "0 tables in 0 directories: no Terraform files found\n"},
		"-v help":             {ExitDone, "", "0 tables in 0 directories: no Terraform files found\n"},
	} {
		var stdout, stderr strings.Builder
		exit := Main(strings.Fields(args), nil, &stdout, &stderr)
		if exit != c.exit || !strings.HasPrefix(stdout.String(), c.stdout) || !strings.HasPrefix(stderr.String(), c.stderr) || (c.stdout == "") != (stdout.Len() == 0) {
			t.Errorf("cmkify %s: exit %d, want %d\n%.200s\n%.200s", args, exit, c.exit, stdout.String(), stderr.String())
		}
	}
}

// TestMan holds that the manual has each flag and exit status, and no line that
// roff would take for a request by mistake.
func TestMan(t *testing.T) {
	page := Man()
	new(Flags).set().VisitAll(func(f *pflag.Flag) {
		if !strings.Contains(page, `\fB\-\-`+strings.ReplaceAll(f.Name, "-", `\-`)+`\fR`) {
			t.Errorf("no --%s", f.Name)
		}
	})
	for _, status := range []int{ExitDone, ExitLeft, ExitTrouble, ExitInterrupted} {
		if !strings.Contains(page, fmt.Sprintf(".TP\n.B %d\n", status)) {
			t.Errorf("no exit status %d", status)
		}
	}
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, ".") && !regexp.MustCompile(`^\.(TH|SH|TP|PP|B|RI|br)\b`).MatchString(line) || strings.HasPrefix(line, "'") {
			t.Errorf("a request: %s", line)
		}
	}
}

// TestManIsRoff has groff read the manual.
func TestManIsRoff(t *testing.T) {
	testkit.NeedTool(t, "groff")
	command := exec.Command("groff", "-man", "-Tascii", "-ww", "-P-cbou")
	command.Stdin = strings.NewReader(Man())
	var stderr strings.Builder
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil || stderr.Len() > 0 || !strings.Contains(string(out), "--dry-run") {
		t.Errorf("%v\n%s\n%s", err, stderr.String(), out)
	}
}
