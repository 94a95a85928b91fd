// Package fix says what becomes of findings: which edits of which file fix
// them, and what is left to a person after all. Judged modules go in; outcomes
// and edits come out, by New, which plans, and Prove, which checks the plan.
// Settle does both until what is left is proved. Nothing is opened, written or
// printed.
package fix
