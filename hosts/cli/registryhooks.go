package cli

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/dougong-dev/dougong/registry/api"
	"github.com/dougong-dev/dougong/registry/client"
)

func newRegistryWebhookCommand() *cobra.Command {
	hook := func(args []string, rest ...string) string {
		return "/v1" + client.Path(append([]string{"orgs", args[0]}, rest...)...)
	}
	add := asking("add ORG URL", "Be told at an address of what happens in an organisation; prints its secret, once", "webhook add acme https://ci.acme.com/hook", cobra.ExactArgs(2),
		func(cmd *cobra.Command, c *client.Client, args []string) error {
			var h api.Webhook
			if err := c.Post(cmd.Context(), hook(args, "webhooks"), map[string]string{"url": args[1]}, &h); err != nil {
				return err
			}
			return printJSON(cmd, h)
		})
	list := asking("list ORG", "List webhooks", "webhook list acme", cobra.ExactArgs(1), func(cmd *cobra.Command, c *client.Client, args []string) error {
		var all []api.Webhook
		if err := c.Get(cmd.Context(), hook(args, "webhooks"), &all); err != nil {
			return err
		}
		return printJSON(cmd, all)
	})
	drop := asking("drop ORG ID", "End a webhook", "webhook drop acme 7", cobra.ExactArgs(2), func(cmd *cobra.Command, c *client.Client, args []string) error {
		return c.Delete(cmd.Context(), hook(args, "webhooks", args[1]))
	})
	deliveries := asking("deliveries ORG", "List the last messages, and how they ended", "webhook deliveries acme", cobra.ExactArgs(1), func(cmd *cobra.Command, c *client.Client, args []string) error {
		var all []api.Delivery
		if err := c.Get(cmd.Context(), hook(args, "deliveries"), &all); err != nil {
			return err
		}
		w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 4, 2, ' ', 0)
		for _, d := range all {
			fmt.Fprintf(w, "%d\t%s\t%d attempts\t%s\t%s\n", d.ID, d.State, d.Attempts, d.URL, d.Error)
		}
		return w.Flush()
	})
	redeliver := asking("redeliver ORG ID", "Send a message once more", "webhook redeliver acme 42", cobra.ExactArgs(2), func(cmd *cobra.Command, c *client.Client, args []string) error {
		return c.Post(cmd.Context(), hook(args, "deliveries", args[1], "redeliver"), nil, nil)
	})
	return group(&cobra.Command{Use: "webhook", Short: "Manage webhooks and their messages"}, add, list, drop, deliveries, redeliver)
}
