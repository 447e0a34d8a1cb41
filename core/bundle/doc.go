// Package bundle is the package format of mini-programs (.dgm) and plugins (.dgp): a zip archive that is written the same
// way every time, read with limits, and described by an index of digests.
//
//	err := bundle.Write(w, files)            // same files, same bytes
//	b, err := bundle.Open(r, size, bundle.DefaultLimits)
//	data, err := b.ReadFile("manifest.json")
//
// It is a leaf: it must not know what the files mean, who signed them, or where the archive comes from.
package bundle
