// Command matrix makes docs/conformance.md of the reports of all kits and first-party providers, and prints its tables.
//
//	go run ./core/conformance/internal/matrix -o docs/conformance.md REPORTS
//
// `make conformance` runs the tests that write the reports first. It knows what reports look like and nothing of how they
// come about.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	out := flag.String("o", "", "file to write; none: print only")
	flag.Parse()
	if err := run(*out, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "matrix:", err)
		os.Exit(1)
	}
}

func run(out string, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("expected the folder of the reports, found %d arguments", len(args))
	}
	reports, err := read(args[0])
	if err != nil {
		return err
	}
	text, err := page(reports)
	if err != nil {
		return err
	}
	fmt.Print(tables(reports))
	if out == "" {
		return nil
	}
	return os.WriteFile(out, []byte(text), 0o644)
}
