// Package release tests how releases are made.
package release

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"cmkify/internal/testkit"
	"cmkify/internal/testkit/command"
)

func TestMain(m *testing.M) { command.Main(m.Run) }

var root = filepath.Join("..", "..")

// pages are what a release has besides the program, and the command that prints
// each.
var pages = map[string][]string{
	"cmkify.1":    {"man"},
	"cmkify.bash": {"--completion", "bash"},
	"cmkify.zsh":  {"--completion", "zsh"},
	"cmkify.fish": {"--completion", "fish"},
}

// TestPages holds that the script writes what the program prints.
func TestPages(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "pages")
	run(t, root, "sh", "internal/release/pages.sh", folder)
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != len(pages) {
		t.Fatalf("%v, %v", entries, err)
	}
	for name, args := range pages {
		got, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		want, err := exec.Command(command.Path(), args...).Output()
		if err != nil || string(got) != string(want) || len(got) == 0 {
			t.Errorf("%s has %d bytes; %v prints %d: %v", name, len(got), args, len(want), err)
		}
	}
}

// TestImage holds that the image is made from the path at which goreleaser puts
// the program of a platform.
func TestImage(t *testing.T) {
	src, err := os.ReadFile(filepath.Join(root, ".goreleaser.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Images []struct {
			Dockerfile string
			Platforms  []string
		} `yaml:"dockers_v2"`
		Builds []struct{ Goos, Goarch []string }
	}
	if err := yaml.Unmarshal(src, &config); err != nil || len(config.Images) != 1 || len(config.Builds) != 1 {
		t.Fatalf("%+v, %v", config, err)
	}
	for _, platform := range config.Images[0].Platforms {
		system, processor, _ := strings.Cut(platform, "/")
		if !slices.Contains(config.Builds[0].Goos, system) || !slices.Contains(config.Builds[0].Goarch, processor) {
			t.Errorf("nothing is built for the image of %s", platform)
		}
	}
	image, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(config.Images[0].Dockerfile)))
	if err != nil || !strings.Contains(string(image), "\nCOPY ${TARGETPLATFORM}/cmkify ") {
		t.Errorf("%v, %s", err, image)
	}
}

// TestRelease makes a release of the sources, without images and lists of
// materials, which take other programs, and looks into its archives.
func TestRelease(t *testing.T) {
	goreleaser := testkit.NeedTool(t, "goreleaser")
	clone := filepath.Join(t.TempDir(), "clone")
	if err := exec.Command("git", "clone", "-q", root, clone).Run(); err != nil {
		testkit.Skip(t, testkit.Checkout, err.Error())
	}
	run(t, clone, "git", "remote", "set-url", "origin", "https://github.com/example/cmkify.git")
	run(t, clone, goreleaser, "check")
	run(t, clone, goreleaser, "release", "--snapshot", "--clean", "--skip=docker,sbom,publish")
	archives, err := filepath.Glob(filepath.Join(clone, "dist", "cmkify_*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"linux_amd64.tar.gz", "linux_arm64.tar.gz", "darwin_amd64.tar.gz", "darwin_arm64.tar.gz", "windows_amd64.zip", "windows_arm64.zip"} {
		i := slices.IndexFunc(archives, func(path string) bool { return strings.HasSuffix(path, target) })
		if i < 0 {
			t.Errorf("no archive for %s: %v", target, archives)
			continue
		}
		program := "cmkify"
		if strings.HasPrefix(target, "windows") {
			program += ".exe"
		}
		names := namesIn(t, archives[i])
		for _, want := range []string{program, "README.md", "internal/docs/usage.md", "cmkify.1", "cmkify.bash", "cmkify.zsh", "cmkify.fish"} {
			if !slices.Contains(names, want) {
				t.Errorf("%s has no %s: %v", target, want, names)
			}
		}
	}
	if sums, err := os.ReadFile(filepath.Join(clone, "dist", "checksums.txt")); err != nil || strings.Count(string(sums), "\n") != 6 {
		t.Errorf("%s, %v", sums, err)
	}
}

func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}

// namesIn returns the names of the files in an archive.
func namesIn(t *testing.T, path string) []string {
	t.Helper()
	var out []string
	if strings.HasSuffix(path, ".zip") {
		archive, err := zip.OpenReader(path)
		if err != nil {
			t.Fatal(err)
		}
		defer archive.Close()
		for _, f := range archive.File {
			out = append(out, f.Name)
		}
		return out
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	plain, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	for archive := tar.NewReader(plain); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, header.Name)
	}
}
