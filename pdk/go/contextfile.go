package pdk

// Files are the files of the mini-program and user that a call is for, wherever they came from: downloads, pictures the
// user chose, what the mini-program wrote. The manifest must say `requires: {local_files: true}`.
type Files struct{ c *Context }

// Files returns them.
func (c *Context) Files() Files { return Files{c} }

// Read returns a piece of a file.
func (f Files) Read(in FileRead) (FileContent, error) {
	var out FileContent
	err := f.c.service(ServiceFileRead, in, &out)
	return out, err
}

// Write keeps a file, or a further piece of one, and returns its path.
func (f Files) Write(in FileWrite) (FileWritten, error) {
	if in.Data == nil {
		in.Data = Blob{}
	}
	var out FileWritten
	err := f.c.service(ServiceFileWrite, in, &out)
	return out, err
}

// Package returns a file of the package of the mini-program that the call is for. The manifest must say
// `requires: {package: true}`.
func (c *Context) Package(path string) ([]byte, error) {
	var out PackageFile
	err := c.service(ServicePackageRead, PackageRead{path}, &out)
	return out.Data, err
}

// Choose lets the user pick files. They become temporary files of the mini-program and user; none means that the user
// canceled. The manifest must say `requires: {user_files: true}`.
func (c *Context) Choose(in Choose) ([]ChosenFile, error) {
	var out Chosen
	err := c.service(ServiceUIChoose, in, &out)
	return out.Files, err
}

// Deliver hands a file to the user. The manifest must say `requires: {user_files: true}`.
func (c *Context) Deliver(in Deliver) error { return c.service(ServiceUIDeliver, in, nil) }

// Record works the user's microphone. The manifest must say `requires: {user_files: true}`.
func (c *Context) Record(in Record) (Recorded, error) {
	var out Recorded
	err := c.service(ServiceUIRecord, in, &out)
	return out, err
}
