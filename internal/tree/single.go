package tree

// Single returns the directory of a path, without any below it, for a file
// that need not be on disk. A directory that cannot be read holds nothing.
func Single(path string) Dir {
	w := &walker{}
	_ = w.stand() // without it the path is shown as it was given
	shown, base := w.shown(path, path)
	d := Dir{Path: shown, Base: base, disk: path}
	if real, err := resolve(path); err == nil {
		d.disk = real
		in, _ := list(real)
		d.Names, d.special, d.Initialized = in.names, in.special, in.initialized()
	}
	return d
}

// Disk returns the resolved path of the directory.
func (d Dir) Disk() string { return d.disk }
