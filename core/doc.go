// Package core is the kernel of a super-app host, and the one package that a host must know.
package core
