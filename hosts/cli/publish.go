package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/core/bundle"
	"github.com/dougong-dev/dougong/core/gm"
	"github.com/dougong-dev/dougong/core/trust"
	"github.com/dougong-dev/dougong/core/trust/envelope"
	"github.com/dougong-dev/dougong/pdk/go/manifest"
	"github.com/dougong-dev/dougong/registry/client"
	"github.com/dougong-dev/dougong/registry/release"
	"github.com/dougong-dev/dougong/registry/store"
)

func newPublishCommand() *cobra.Command {
	var keyFile, envelopeFile, namespace string
	cmd := registryFlag(&cobra.Command{
		Use:   "publish FILE | OS/ARCH=FILE…",
		Short: "Sign a plugin or a mini-program and publish it in a registry",
		Long: `Publish signs what a bundle is (its id, version, size and digests) with the vendor's key and uploads both. The registry
takes all of it or nothing; if the answer is lost, run the command again.

A release of several files names the platform of each. With --envelope it uploads what was signed elsewhere.`,
		Example: "  dougong plugin pack acme-face -o face.dgp && dougong publish face.dgp --key acme.key --namespace com.acme\n" +
			"  dougong publish linux/amd64=face-linux.dgp darwin/arm64=face-mac.dgp --key acme.key --namespace com.acme",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (keyFile == "") == (envelopeFile == "") {
				return fmt.Errorf("give either --key, to sign, or --envelope, if it is signed\nnext: %s --help", cmd.CommandPath())
			}
			c, err := registryClient(cmd)
			if err != nil {
				return err
			}
			defer c.Close()
			suite, err := gm.New(gm.Policy{})
			if err != nil {
				return err
			}
			var signed []byte
			if envelopeFile != "" {
				signed, err = os.ReadFile(envelopeFile)
			} else {
				signed, err = signFiles(cmd, suite, keyFile, namespace, args)
			}
			if err != nil {
				return err
			}
			p, err := upload(cmd.Context(), c, signed, args)
			if err != nil {
				return err
			}
			word := "published"
			if p.Again {
				word = "was published already:"
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s %s %s, leaf %d of the log\n", word, p.ID, p.Version, p.Log)
			return nil
		},
	})
	cmd.Flags().StringVar(&keyFile, "key", "", "key file to sign with (dougong registry keygen)")
	cmd.Flags().StringVar(&envelopeFile, "envelope", "", "what was signed elsewhere")
	cmd.Flags().StringVar(&namespace, "namespace", "", "namespace that the id is in (default the id without its last part)")
	return cmd
}

// platformOf splits OS/ARCH=FILE.
func platformOf(arg string) (platform, file string) {
	if before, after, ok := strings.Cut(arg, "="); ok && strings.Contains(before, "/") && !strings.ContainsAny(before, ".\\") {
		return before, after
	}
	return envelope.Any, arg
}

func upload(ctx context.Context, c *client.Client, signed []byte, args []string) (p *release.Published, err error) {
	var files []io.Reader
	for _, arg := range args {
		_, name := platformOf(arg)
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }() // only read
		files = append(files, f)
	}
	return c.Publish(ctx, signed, files...)
}

// signFiles makes the statement about the files and signs it.
func signFiles(cmd *cobra.Command, suite *gm.Suite, keyFile, namespace string, args []string) ([]byte, error) {
	signer, err := openReleaseKey(cmd, suite, keyFile)
	if err != nil {
		return nil, err
	}
	r := envelope.Release{}
	for _, arg := range args {
		platform, name := platformOf(arg)
		if err := describeFile(suite, &r, platform, name); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	r.Namespace = namespace
	if namespace == "" {
		r.Namespace = r.ID
		if i := strings.LastIndex(r.ID, "."); i > 0 {
			r.Namespace = r.ID[:i]
		}
	}
	s, err := envelope.NewRelease(r)
	if err != nil {
		return nil, err
	}
	e, err := envelope.Sign(cmd.Context(), suite, s, signer)
	if err != nil {
		return nil, err
	}
	return e.Bytes(), nil
}

// describeFile adds a file to a statement. All files have to be of one release.
func describeFile(suite *gm.Suite, r *envelope.Release, platform, name string) (err error) {
	measured, err := trust.MeasureFile(suite, name)
	if err != nil {
		return err
	}
	b, err := bundle.OpenFile(name, release.DefaultLimits.Bundle)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	index, err := b.Index()
	if err != nil {
		return err
	}
	one := envelope.Release{}
	if err := identify(b, &one); err != nil {
		return err
	}
	if r.ID == "" {
		*r = one
	} else if r.ID != one.ID || r.Version != one.Version || r.Kind != one.Kind {
		return fmt.Errorf("it is %s %s, but the first file is %s %s", one.ID, one.Version, r.ID, r.Version)
	}
	r.Artifacts = append(r.Artifacts, envelope.Artifact{Platform: platform, Size: measured.Size, SHA256: measured.SHA256, SM3: measured.SM3, Content: index.Digest()})
	return nil
}

// identify reads what a bundle is.
func identify(b *bundle.Bundle, r *envelope.Release) error {
	if text, err := b.ReadFile(manifest.FileName); err == nil {
		m, err := manifest.Parse(manifest.FileName, text)
		if err != nil {
			return err
		}
		r.Kind, r.ID, r.Version, r.Provides, r.Licence = string(store.Plugin), m.ID, m.Version, m.Provides, m.Licence
		return nil
	}
	text, err := b.ReadFile(bundle.First)
	if err != nil {
		return fmt.Errorf("it holds neither %s (a plugin) nor %s (a mini-program)", manifest.FileName, bundle.First)
	}
	var m struct {
		AppID   string `json:"app_id"`
		Version struct {
			Name string `json:"name"`
		} `json:"version"`
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return fmt.Errorf("%s: %w", bundle.First, err)
	}
	r.Kind, r.ID, r.Version = string(store.MiniProgram), m.AppID, m.Version.Name
	return nil
}
