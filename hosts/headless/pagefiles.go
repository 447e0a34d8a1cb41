package headless

// lacksTemplate tells whether a page that was built has no template at all, which is more than that it shows nothing.
func (c *CheckConfig) lacksTemplate(page string) bool {
	built, err := c.Program.Component(page)
	return err == nil && built.Template == ""
}

// scriptless are the pages that have a template and no script: they show it and do nothing. WeChat refuses such a page.
func (c *CheckConfig) scriptless() (out []Problem) {
	for _, page := range c.Program.App.Pages {
		built, err := c.Program.Component(page)
		if err != nil || built.Template == "" || built.Script != "" {
			continue
		}
		out = append(out, Problem{
			ID: "page-file-missing", Origin: "app", File: page + ".js", Message: "the page has no script",
			Hint: "create it with Page({}), or correct its name: WeChat does not open a page without one",
		})
	}
	return out
}
