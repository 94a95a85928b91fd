package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cmkify/internal/testkit"
)

// html holds the page to the JSON document: it is well formed, has a row for
// each finding and error, one script, and nothing from elsewhere.
func (f *formatted) html(t *testing.T) {
	src := f.output(t, "html")
	decoder := xml.NewDecoder(bytes.NewReader(src))
	decoder.Entity = xml.HTMLEntity
	elements, rows := map[string]int{}, 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not well formed: %v", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		elements[start.Name.Local]++
		for _, a := range start.Attr {
			switch name := a.Name.Local; {
			case name == "src" || name == "href" || strings.HasPrefix(name, "on"):
				t.Errorf("<%s %s=%q>", start.Name.Local, name, a.Value)
			case name == "data-status":
				rows++
			}
		}
	}
	if want := len(f.json.Findings) + len(f.json.Errors); rows != want {
		t.Errorf("%d rows, want %d", rows, want)
	}
	if elements["script"] != 1 || elements["style"] != 1 || elements["details"] < 100 || elements["img"]+elements["link"]+elements["iframe"] > 0 {
		t.Errorf("%v", elements)
	}
	for _, text := range []string{fmt.Sprintf("%d tables in ", f.json.Summary.Tables), "new keys: $", "[no-encryption-block]", `<span class="added">+`} {
		if !bytes.Contains(src, []byte(text)) {
			t.Errorf("no %q", text)
		}
	}
}

// TestPageInBrowser opens a page of a directory with a hostile name in a browser,
// and holds that its script ran, and no other.
func TestPageInBrowser(t *testing.T) {
	browser := testkit.NeedTool(t, "chromium")
	const hostile = `<script>document.title = "owned"</script>`
	dir := dryRunOnly(t, map[string][]byte{
		"a/main.tf":        []byte("resource \"aws_dynamodb_table\" \"t\" {\n}\n"),
		hostile + "/b.tf":  []byte("resource \"aws_dynamodb_table\" \"t\" {\n}\n"),
		"c/" + "main.tf":   []byte("resource \"aws_dynamodb_table\" \"t\" {\n  lifecycle {\n    ignore_changes = all\n  }\n}\n"),
		"d/broken/main.tf": []byte("resource \"aws_dynamodb_table\" {\n"),
	})
	out, err := exec.Command(browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+t.TempDir(), "--dump-dom", "file://"+filepath.Join(dir, "out.html")).Output()
	if err != nil {
		t.Fatal(err)
	}
	page := string(out)
	for _, text := range []string{`<output id="shown">4 of 4 shown</output>`, "<title>cmkify: 3 tables in ", "&lt;script&gt;document.title"} {
		if !strings.Contains(page, text) {
			t.Errorf("no %q in\n%.2000s", text, page)
		}
	}
}
