package report

import "testing"

// TestWithoutCredentials holds that no remote tells a secret.
func TestWithoutCredentials(t *testing.T) {
	for remote, want := range map[string]string{
		"":                                     "",
		"https://example.com/a.git":            "https://example.com/a.git",
		"https://u:secret@example.com/a.git":   "https://example.com/a.git",
		"https://secret@example.com/@a/b%2Fc":  "https://example.com/@a/b%2Fc",
		"HTTPS://secret@example.com/a":         "https://example.com/a",
		"https://example.com/a?token=secret#b": "https://example.com/a",
		"https://example.com/@a/b":             "https://example.com/@a/b",
		"https://u:%zz@example.com/a":          "https://example.com/a",
		"https://u:sec/r@et@example.com/a":     "https://example.com/a",
		"https://u:sec ret@example.com:x/a":    "https://example.com:x/a",
		"ftp://u:secret@example.com/a":         "ftp://example.com/a",
		"file:///srv/a@b":                      "file:///srv/a@b",
		"ssh://git@example.com:22/a":           "ssh://git@example.com:22/a",
		"ssh://git:secret@example.com/a":       "ssh://git@example.com/a",
		"git+ssh://u:secret@example.com/a":     "git+ssh://u@example.com/a",
		"git@example.com:a/b.git":              "git@example.com:a/b.git",
		"example.com:a/b.git":                  "example.com:a/b.git",
		"git@[::1]:a":                          "git@[::1]:a",
		"u:secret@example.com/a":               "example.com/a",
		"u:secret@example.com:a":               "example.com:a",
		"u_1:secret@example.com:a":             "example.com:a",
		"u:sec://ret@example.com/a":            "example.com/a",
		"git@u:secret@example.com:a":           "example.com:a",
		"secret@example.com/a":                 "example.com/a",
		"//u:secret@example.com/a":             "example.com/a",
		" https://u:secret@example.com/a":      "example.com/a",
		"/srv/a@b":                             "/srv/a@b",
		"../a@b":                               "../a@b",
		"~me/a@b":                              "~me/a@b",
		`C:\\a@b`:                              `C:\\a@b`,
		"codecommit::eu-west-1://profile@a":    "codecommit::eu-west-1://a",
		"codecommit://profile@a":               "codecommit://a",
		"ext::sh -c u:secret@example.com %S":   "ext::example.com %S",
		"http::https://u:secret@example.com/a": "http::https://example.com/a",
	} {
		if got := withoutCredentials(remote); got != want {
			t.Errorf("%q becomes %q, want %q", remote, got, want)
		}
	}
}
