package compose_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain: what fetches and resolves ends with the tests.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
