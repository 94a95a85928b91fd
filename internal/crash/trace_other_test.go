//go:build !linux

package crash

import "errors"

func killAt(string, int) (int, error) { return 0, errors.ErrUnsupported }

func changesOf(string) ([]change, error) { return nil, errors.ErrUnsupported }
