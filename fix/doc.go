// Package fix turns findings into text. A module and its findings go in; a
// Plan comes out: which bytes of which file to replace by what, and which
// findings are left to a person after all. Apply makes the new bytes, Diff
// shows them, Prove checks them. Nothing is opened, written or printed, and no
// byte outside an edit ever changes.
package fix
