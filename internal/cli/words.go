package cli

import (
	"errors"
	"fmt"
	"io"
	"runtime"

	"cmkify/internal/explain"
)

// words are what may stand in the place of the first argument, beside paths;
// ./help is the path. Each prints something, given the arguments behind it.
var words = map[string]func(out io.Writer, args []string) error{
	"help":    func(out io.Writer, args []string) error { return help(out, args) },
	"explain": func(out io.Writer, args []string) error { return explained(out, args) },
	"man":     func(out io.Writer, args []string) error { return alone(out, args, "man", Man()) },
	"version": func(out io.Writer, args []string) error { return alone(out, args, "version", versionLine()) },
}

// help prints the usage or, with an ID, what it means.
func help(out io.Writer, args []string) error {
	if len(args) > 0 {
		return explained(out, args)
	}
	_, err := io.WriteString(out, Usage())
	return err
}

// explained prints what an ID means or, without one, all IDs.
func explained(out io.Writer, args []string) error {
	text, err := explain.All(), error(nil)
	switch {
	case len(args) == 1:
		text, err = explain.Page(args[0])
	case len(args) > 1:
		err = errors.New("explain: want one ID, or none to list them all")
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, text)
	return err
}

func alone(out io.Writer, args []string, word, text string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s: unexpected argument %q", word, args[0])
	}
	_, err := io.WriteString(out, text)
	return err
}

func versionLine() string { return fmt.Sprintf("cmkify %s (%s)\n", Version(), runtime.Version()) }
