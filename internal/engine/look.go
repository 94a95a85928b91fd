package engine

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"cmkify/detect"
	"cmkify/internal/terraform"
	"cmkify/internal/tree"
)

// buffers hold files while they are looked at.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// wanted reports whether a file of this name makes its folder one to look at.
func wanted(name string) bool {
	return terraform.IsConfig(name) || terraform.IsTerragrunt(name) || terraform.IsTest(name) || terraform.IsStack(name) || terraform.IsTerragruntPart(name)
}

// look reads a directory's Terraform files, and keeps what their bytes tell.
func (x *index) look(e *entry) {
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	e.dir.Reading(x.ctx, func(dir tree.Dir) { x.lookAt(e, dir, buffer) })
}

func (x *index) lookAt(e *entry, dir tree.Dir, buffer *[]byte) {
	for _, name := range dir.Names {
		if !wanted(name) {
			continue
		}
		src, err := dir.Append((*buffer)[:0], name)
		*buffer = src
		switch {
		case terraform.IsTest(name):
			e.takeTest(src)
			continue
		case terraform.IsStack(name):
			e.staged = addSources(e.staged, src)
			continue
		case terraform.IsTerragruntPart(name):
			e.ends = addEnds(e.ends, src)
			continue
		}
		if terraform.IsConfig(name) {
			e.files++
		}
		if terraform.IsTerragrunt(name) {
			x.takeTerragrunt(e, dir, src)
		}
		// What cannot be read might declare one, but for a link that leads nowhere.
		e.tables = e.tables || err != nil && !errors.Is(err, fs.ErrNotExist) || terraform.IsUTF16(src) || mayEscape(src)
		findWords(src, func(word string, end int) { x.take(e, word, src[:end], src[end:]) })
	}
	e.tables = e.tables || e.remote && x.installed && dir.Disk() != "" && installsTables(dir)
}

// take notes what a word in a file tells, which ends before and is followed by
// after.
func (x *index) take(e *entry, word string, before, after []byte) {
	switch word {
	case detect.TableType, detect.GlobalTableType, detect.ResourcePolicyType:
		e.tables = true
	case detect.ReplicaType:
		e.replicas = true
	case keyWord:
		e.keys = true
	case grantWord:
		e.grants = true
	case backendWord, cloudWord:
		e.root = true
	case sourceWord:
		source := sourceOf(before, after)
		if strings.Contains(source, "${") && e.terragrunt == "" { // in OpenTofu, or functions do not tell
			e.ends = addEnd(e.ends, after, false)
		}
		switch {
		case source == "":
		case !isLocal(source):
			e.remote = true
			e.tables = e.tables || x.saysDynamoDB(source)
		case !slices.Contains(e.sources, source):
			e.sources = append(e.sources, source)
		}
	}
}

// mayDeclareTable reports whether bytes of a Terraform file may declare a
// table, or cannot be read for one.
func mayDeclareTable(src []byte) bool {
	return bytes.Contains(src, []byte(detect.TableType)) || terraform.IsUTF16(src) || mayEscape(src)
}

// mayEscape reports whether one of the characters of names is written as an
// escape, as in "aws_dynamodb\u005ftable": the name is not in the bytes then.
func mayEscape(src []byte) bool {
	for escape := []byte(`\u00`); ; {
		_, after, found := bytes.Cut(src, escape)
		if !found {
			return false
		}
		if c, err := hex.DecodeString(string(after[:min(2, len(after))])); err == nil && len(c) == 1 && c[0] < utf8.RuneSelf && isWord(c[0]) {
			return true
		}
		src = after
	}
}
