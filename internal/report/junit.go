package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"cmkify/detect"
)

// JUnit prints a test report: a suite for each directory with tables, a case
// for each table. What is wrong has failed, what cannot be judged or is
// switched off was skipped.
type JUnit struct {
	Out io.Writer

	suites junit.Testsuites
}

// Directory keeps what the report says of one directory.
func (j *JUnit) Directory(r Result) error {
	if len(r.Findings)+len(r.Errors) == 0 {
		return nil
	}
	suite := junit.Testsuite{Name: Escape(r.Dir), ID: len(j.suites.Suites), Time: fmt.Sprintf("%.3f", r.Took.Seconds())}
	for _, f := range r.Findings {
		suite.AddTestcase(testcase(r, f))
	}
	for _, e := range r.Errors {
		suite.AddTestcase(junit.Testcase{
			Name: Escape(e.Position()), Classname: Escape(r.Dir), Time: "0.000",
			Error: &junit.Result{Message: Escape(e.Message), Type: "error"},
		})
	}
	j.suites.AddSuite(suite)
	return nil
}

func testcase(r Result, f *Finding) junit.Testcase {
	out := junit.Testcase{Name: Escape(f.Address), Classname: Escape(r.Dir), Time: "0.000"}
	ids := make([]string, 0, len(f.Problems))
	for _, p := range f.Problems {
		ids = append(ids, string(p.ID))
	}
	result := &junit.Result{Message: Escape(line(f)), Type: strings.Join(ids, " ")}
	switch f.Status {
	case detect.Fixable, detect.Manual:
		out.Failure = result
	case detect.Unknown, detect.Suppressed:
		out.Skipped = result
	}
	return out
}

// End prints the report.
func (j *JUnit) End(*Totals) error {
	j.suites.Name = "cmkify"
	if _, err := io.WriteString(j.Out, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"); err != nil {
		return err
	}
	return j.suites.WriteXML(j.Out)
}
