package cli

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/spf13/pflag"

	"cmkify/internal/config"
	"cmkify/internal/engine"
	"cmkify/internal/report"
	"cmkify/internal/terraform"
)

// settings are the names that a .cmkify.hcl may set, each the name of a flag
// with underscores. A name without a flag is as unknown as any other.
var settings = []string{"exclude", "skip", "key_name", "kms_key", "key_policy", "replicas", "key_per", "tags", "include_examples"}

// several are the types of flags that may be given more than once.
var several = []string{"stringArray", "stringSlice", "stringToString"}

// A configured is the path arguments that one configuration file applies to.
type configured struct {
	folder, shown string // of the file, resolved and as shown; "" for none
	paths         []string
}

// byConfig returns the path arguments by the file that applies to each.
func (f *Flags) byConfig() []configured {
	if f.NoConfig {
		return []configured{{paths: f.Paths}}
	}
	var out []configured
	for _, path := range f.Paths {
		at := path
		if path == "-" {
			at = filepath.Dir(f.StdinFilename)
		}
		folder, shown, found := config.Find(at)
		if !found {
			folder, shown = "", ""
		}
		i := slices.IndexFunc(out, func(c configured) bool { return c.folder == folder })
		if i < 0 {
			i = len(out)
			out = append(out, configured{folder: folder, shown: shown})
		}
		out[i].paths = append(out[i].paths, path)
	}
	return out
}

// read returns the options for these paths, and the file that was used, if any.
// An error has the place in the file.
func (c *command) read(of configured) (engine.Options, *config.File, error) {
	if of.folder == "" {
		return c.options(c.Flags, of.paths), nil, nil
	}
	file, err := config.Read(of.folder, of.shown)
	if err != nil {
		return engine.Options{}, nil, err
	}
	f, err := parse(c.args, file)
	if err != nil {
		return engine.Options{}, nil, err
	}
	return c.options(f, of.paths), file, nil
}

// setFrom sets the flags that a file names and the arguments do not.
func (f *Flags) setFrom(file *config.File, s *pflag.FlagSet) error {
	for _, setting := range file.Settings {
		flag := s.Lookup(setting.Flag())
		if flag == nil || !slices.Contains(available(s), setting.Name) {
			return file.Error(setting, "unknown setting "+setting.Name+nearest(s, setting.Name))
		}
		if flag.Changed {
			continue // the command line wins
		}
		if len(setting.Values) > 1 && !slices.Contains(several, flag.Value.Type()) {
			return file.Error(setting, setting.Name+": want one value, not a list")
		}
		for _, value := range setting.Values {
			if err := flag.Value.Set(value); err != nil {
				return file.Error(setting, setting.Name+": "+err.Error())
			}
		}
		if err := f.choices(); err != nil {
			return file.Error(setting, strings.Replace(err.Error(), "--"+flag.Name, setting.Name, 1))
		}
		if setting.Name == "exclude" {
			f.excludeFrom = file.Folder
		}
	}
	return nil
}

// available returns the settings that have a flag.
func available(s *pflag.FlagSet) []string {
	return slices.DeleteFunc(slices.Clone(settings), func(name string) bool { return s.Lookup(strings.ReplaceAll(name, "_", "-")) == nil })
}

// nearest returns a question about the setting whose name is nearest, "" when
// none is near.
func nearest(s *pflag.FlagSet, name string) string {
	best, distance := "", len(name)/2+1
	for _, known := range available(s) {
		if d := levenshtein.Distance(name, known, nil); d < distance {
			best, distance = known, d
		}
	}
	if best == "" {
		return ""
	}
	return " (did you mean " + best + "?)"
}

// each runs the engine for the path arguments of each configuration file. A
// file that is wrong costs its own paths.
func (c *command) each(ctx context.Context, run func(engine.Options) error) error {
	for _, of := range c.byConfig() {
		work, file, err := c.read(of)
		if err != nil {
			located, ok := err.(terraform.Error)
			if !ok {
				return err
			}
			err = c.emit(report.NewResult(engine.Result{Dir: filepath.ToSlash(of.shown), Disk: of.folder, Errors: []terraform.Error{located}}))
			if err != nil {
				return err
			}
			continue
		}
		if file != nil && c.Verbose {
			c.printer.Note("settings from " + file.Path)
		}
		if err := run(work); err != nil || ctx.Err() != nil {
			return err
		}
	}
	return nil
}
