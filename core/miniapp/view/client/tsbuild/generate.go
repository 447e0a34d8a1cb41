package tsbuild

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/dougong-dev/dougong/core/miniapp/message"
	"github.com/dougong-dev/dougong/core/miniapp/view"
	"github.com/dougong-dev/dougong/core/miniapp/view/client/wire"
)

// ClientConstants is the text of the view client's constants.ts; dir is the view client's folder.
func ClientConstants(dir string) ([]byte, error) {
	out, err := Constants(filepath.Join(dir, "../protocol.go"), view.ProtocolVersion,
		wire.ToFrame{}, wire.FromFrame{}, message.Toast{}, message.Modal{}, message.ModalResult{}, message.ActionSheet{},
		message.ActionSheetResult{}, message.Query{}, message.Observe{}, message.Unobserve{}, message.Intersection{},
		message.ScrollTo{}, message.PreviewImage{}, message.PreviewMedia{}, message.Clipboard{}, message.PhoneCall{}, message.NetworkType{},
		message.Vibrate{}, message.FontFace{}, message.EditImage{}, message.CompressVideo{}, message.MediaFile{}, message.ShareMenu{}, message.Share{}, message.Draw{}, message.CanvasAsk{},
		message.TextMetrics{}, message.CanvasPixelData{}, message.CanvasFile{}, message.CanvasSize{}, message.Invoke{},
		message.Audio{}, message.AudioDo{}, message.AudioState{}, message.Animate{}, message.ClearAnimation{})
	return append(out, drawOps()...), err
}

// drawOps writes the drawing operations: their names by number, and how many arguments they have.
func drawOps() []byte {
	var out strings.Builder
	out.WriteString("\n/** Drawing operations by number: name and number of arguments. */\nexport const DRAW_OPS: [name: string, args: number][] = [\n")
	for _, op := range message.CanvasOps {
		fmt.Fprintf(&out, "  [%q, %d],\n", op.Name, len(op.Args))
	}
	fmt.Fprintf(&out, "];\n\nexport const MAX_CANVAS_SIDE = %d;\nexport const MAX_CANVAS_AREA = %d;\n", message.MaxCanvasSide, message.MaxCanvasArea)
	return []byte(out.String())
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
	for name, entry := range Scripts {
		script, err := Bundle(filepath.Join(dir, entry))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), script, 0o644); err != nil {
			return fmt.Errorf("write the view client: %w", err)
		}
	}
	return nil
}

// Scripts are the files of the view client, each with the program that it is made of.
var Scripts = map[string]string{"dist/client.js": "src/main.ts", "dist/regions.js": "src/regions.ts"}
