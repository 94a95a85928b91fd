package report

import (
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// A Progress shows on a terminal how far a long run is. A nil one shows
// nothing.
type Progress struct{ bar *progressbar.ProgressBar }

// NewProgress returns a progress that shows itself once a run takes longer
// than people wait.
func NewProgress(out io.Writer) *Progress {
	return &Progress{progressbar.NewOptions(-1, progressbar.OptionSetWriter(out), progressbar.OptionSetDescription("directories"),
		progressbar.OptionShowCount(), progressbar.OptionSpinnerType(14), progressbar.OptionClearOnFinish(),
		progressbar.OptionThrottle(200*time.Millisecond))}
}

// Step counts a directory.
func (p *Progress) Step() {
	if p != nil {
		_ = p.bar.Add(1) // what cannot be shown is not worth an error
	}
}

// Pause takes the bar off the screen, until the next step.
func (p *Progress) Pause() {
	if p != nil {
		_ = p.bar.Clear()
	}
}

// Stop takes the bar off the screen.
func (p *Progress) Stop() {
	if p != nil {
		_ = p.bar.Finish()
	}
}
