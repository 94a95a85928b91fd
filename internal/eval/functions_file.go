package eval

import (
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// pathMark begins what path.module gives: the directory of a module.
const pathMark = "\x02"

// read returns the text of a file below a module's directory, by a path that
// begins with that.
func (ev *Evaluator) read(path string) (text string, found bool) {
	dir, path, found := strings.Cut(path, pathMark+"/")
	dir, marked := strings.CutPrefix(dir, pathMark)
	if !found || !marked {
		return "", false
	}
	for m := range ev.mentioned {
		if m.Dir != dir {
			continue
		}
		if text, ok := ev.options.File(m, path); ok && ev.spend(len(text)/8) {
			return string(text), true
		}
	}
	return "", false
}

// fileFunction returns the function that reads a file of a module's directory.
func (ev *Evaluator) fileFunction() function.Function {
	return strict(cty.String, func(args []cty.Value) (cty.Value, error) {
		if text, found := ev.read(args[0].AsString()); found {
			return cty.StringVal(text), nil
		}
		return unknownText, nil
	}, param("path", cty.String))
}
