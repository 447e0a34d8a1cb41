// Package admin is how a command speaks to a host that runs: a unix socket in the host's data folder, for the user that
// the host runs as and nobody else.
//
//	s, err := admin.Listen(path, host, log)
//	defer s.Close()
//
//	status, err := admin.Dial(path).Status(ctx)
//
// The package carries questions and answers. It must not know how they are answered.
package admin
