package inside_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain sees to it that nothing of a plugin that was closed goes on.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
