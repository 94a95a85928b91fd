package release

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"cmkify/internal/testkit"
	"cmkify/internal/testkit/command"
)

const unencrypted = "resource \"aws_dynamodb_table\" \"a\" {\n  name = \"a\"\n}\n"

// TestImageRuns builds an image from a program of this machine, and holds that
// the program runs with nothing around it but the image and a folder at /src.
func TestImageRuns(t *testing.T) {
	command.NeedPlain(t)
	buildah := testkit.NeedTool(t, "buildah")
	if os.Geteuid() != 0 {
		testkit.Skip(t, testkit.Mount, "an image is unpacked by root")
	}
	work := t.TempDir()
	image := func(args ...string) string {
		t.Helper()
		args = append([]string{"--storage-driver", "vfs", "--root", filepath.Join(work, "root"), "--runroot", filepath.Join(work, "run")}, args...)
		out, err := exec.Command(buildah, args...).Output()
		if err != nil { // not every machine lets it
			testkit.Skip(t, "buildah", fmt.Sprintf("%v: %v", args, err))
		}
		return strings.TrimSpace(string(out))
	}
	platform := "linux/" + runtime.GOARCH
	build := exec.Command("go", "build", "-o", filepath.Join(work, platform, "cmkify"), ".")
	build.Dir, build.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	image("build", "--quiet", "--isolation", "chroot", "--build-arg", "TARGETPLATFORM="+platform, "-f", "Dockerfile", "-t", "cmkify", work)

	var config struct {
		OCI struct {
			Config struct {
				Entrypoint []string
				WorkingDir string
			} `json:"config"`
		} `json:"OCIv1"`
	}
	if err := json.Unmarshal([]byte(image("inspect", "--type", "image", "cmkify")), &config); err != nil || len(config.OCI.Config.Entrypoint) != 1 {
		t.Fatalf("%+v, %v", config, err)
	}
	in := image("mount", image("from", "cmkify"))
	src := filepath.Join(in, config.OCI.Config.WorkingDir, "main.tf")
	if err := os.WriteFile(src, []byte(unencrypted), 0o644); err != nil {
		t.Fatal(err)
	}
	run := exec.Command(config.OCI.Config.Entrypoint[0])
	run.Dir, run.SysProcAttr = config.OCI.Config.WorkingDir, &syscall.SysProcAttr{Chroot: in}
	out, err := run.CombinedOutput()
	if now, readErr := os.ReadFile(src); err != nil || readErr != nil || !strings.Contains(string(now), "kms_key_arn = aws_kms_key.dynamodb.arn") {
		t.Errorf("%v, %v\n%s\n%s", err, readErr, out, now)
	}
}
