package tsbuild

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/view"
	"github.com/dougong-dev/dougong/core/miniapp/view/client/wire"
)

// ClientConstants is the text of the view client's constants.ts; dir is the view client's folder.
func ClientConstants(dir string) ([]byte, error) {
	return Constants(filepath.Join(dir, "../protocol.go"), view.ProtocolVersion,
		wire.ToFrame{}, wire.FromFrame{}, message.Toast{}, message.Modal{}, message.ModalResult{}, message.ActionSheet{},
		message.ActionSheetResult{}, message.Query{}, message.Observe{}, message.Unobserve{}, message.Intersection{},
		message.ScrollTo{}, message.PreviewImage{}, message.PreviewMedia{}, message.Clipboard{}, message.PhoneCall{}, message.NetworkType{},
		message.Vibrate{}, message.ShareMenu{}, message.Share{})
}

// Generate rewrites constants.ts and dist in the view client's folder dir.
func Generate(dir string) error {
	constants, err := ClientConstants(dir)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "src/constants.ts"), constants, 0o644); err != nil {
		return fmt.Errorf("write constants: %w", err)
	}
	script, err := Bundle(filepath.Join(dir, "src/main.ts"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "dist/client.js"), script, 0o644)
}
