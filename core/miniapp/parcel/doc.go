// Package parcel lays a built mini-program out in a bundle (.dgm), and opens it again. Each subpackage is a file of its
// own in the bundle, with its size and digest in the main package's app.json; it is read when a page, a script or a
// component needs it, so that a mini-program opens by its main package alone.
//
//	files, err := parcel.Split(result.Files)   // what bundle.Write writes
//	p, err := parcel.OpenFile("shop.dgm", bundle.DefaultLimits)
//	err = p.Fetch(ctx, "pages/orders", nil)    // the subpackage of that root
//
// It must not know who compiled the program nor who runs it. The signature of a bundle covers its parts: they are files of
// the bundle as any other.
package parcel
