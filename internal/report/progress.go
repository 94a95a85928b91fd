package report

import (
	"fmt"
	"io"
	"strings"
)

// A Progress shows on a terminal how far a long run is, on the last line. A
// nil one shows nothing.
type Progress struct {
	out   io.Writer
	count int // of directories
	width int // of the line on the screen, 0 for none
}

// NewProgress returns a progress on a terminal. What cannot be shown there is
// not worth an error.
func NewProgress(out io.Writer) *Progress { return &Progress{out: out} }

// Step counts a directory.
func (p *Progress) Step() {
	if p != nil {
		p.count++
		line := fmt.Sprintf("directories (%d)", p.count)
		p.width = len(line)
		_, _ = io.WriteString(p.out, "\r"+line)
	}
}

// Pause takes the line off the screen, until the next step.
func (p *Progress) Pause() {
	if p != nil && p.width > 0 {
		_, _ = io.WriteString(p.out, "\r"+strings.Repeat(" ", p.width)+"\r")
		p.width = 0
	}
}

// Stop takes the line off the screen.
func (p *Progress) Stop() { p.Pause() }
