package explain

import (
	"net/url"
	"strings"
	"testing"

	"cmkify/detect"
	"cmkify/golden"
)

// TestTopics holds that there is a topic for each ID and for nothing else, and
// that its example is a case that shows it.
func TestTopics(t *testing.T) {
	for _, r := range detect.Rows {
		topic, ok := topics[r.ID]
		if !ok {
			t.Errorf("%s is not explained", r.ID)
			continue
		}
		if r.Kind != detect.StatusKind && (topic.why == "" || topic.byHand == "" || topic.example == "") {
			t.Errorf("%s: something is missing in %+v", r.ID, topic)
		}
		for _, s := range topic.sources {
			if u, err := url.Parse(s); err != nil || u.Scheme != "https" || u.Host == "" {
				t.Errorf("%s: source %q", r.ID, s)
			}
		}
		page, err := Page(r.ID)
		if err != nil {
			t.Error(err)
		}
		if topic.example != "" && r.Kind != detect.StatusKind && !strings.Contains(page, "\n  cmkify says\n") {
			t.Errorf("%s: the case %s does not show it", r.ID, topic.example)
		}
		if n := strings.Count(page, "\n"); n > 130 {
			t.Errorf("%s: %d lines", r.ID, n)
		}
		if !strings.Contains(All(), "\n  "+r.ID+" ") {
			t.Errorf("%s is not listed", r.ID)
		}
	}
	if len(topics) != len(detect.Rows) {
		t.Errorf("%d topics for %d IDs", len(topics), len(detect.Rows))
	}
	for _, line := range strings.Split(All(), "\n") {
		if len(line) > width && !strings.Contains(line, "arn:aws:kms:") {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
}

// TestEmbedded holds that no case is embedded that no page shows.
func TestEmbedded(t *testing.T) {
	used := map[string]bool{}
	for _, topic := range topics {
		used[topic.example+".txtar"] = true
	}
	themes, err := golden.Examples.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, theme := range themes {
		cases, err := golden.Examples.ReadDir(theme.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			if name := theme.Name() + "/" + c.Name(); !used[name] {
				t.Errorf("%s is no example", name)
			}
		}
	}
}

func TestPage(t *testing.T) {
	page, err := Page("no-key")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"no-key (problem)\n\n  Has no KMS key.\n\nWhat it means\n", "\nWhy it matters\n", "\nWhat to do\n", "\nExample\n", "\n  cmkify says\n", "\n  and writes\n",
		"    +    kms_key_arn = aws_kms_key.dynamodb.arn\n", "more lines\n", "\nRead more\n  https://",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	for id, want := range map[string]string{"no-kye": "did you mean no-key?", "xyzzyxyzzy": "cmkify explain lists all", "": "lists all"} {
		if _, err := Page(id); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", id, err, want)
		}
	}
}
