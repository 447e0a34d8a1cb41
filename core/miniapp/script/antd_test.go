package script

import (
	"path"
	"strings"
	"testing"
)

const antdVersion = "3.4.3"

// antdDependencies are what antd-mini requires at run time.
var antdDependencies = map[string]string{
	"antd-mini": antdVersion, "tslib": "2.5.0", "dayjs": "1.11.7", "fast-deep-equal": "3.1.3", "async-validator": "4.2.5",
	"@preact/signals-core": "1.8.0", "lodash.filter": "4.6.0", "lodash.get": "4.4.2", "lodash.isfunction": "3.0.9",
	"lodash.kebabcase": "4.1.1", "lodash.reduce": "4.6.0", "pinyin-firstletter": "1.0.2",
}

// TestAntDesignMini opens every component of Ant Design Mini, Alipay's component library, on a page of its own.
func TestAntDesignMini(t *testing.T) {
	t.Parallel()
	list := components(t, path.Join(npmPackage(t, "antd-mini", antdVersion), "es"))
	if len(list) < 95 {
		t.Fatalf("%d components found", len(list))
	}
	files := map[string]string{"app.js": "App({})", "mini.project.json": "{}"}
	var pages []string
	for _, c := range list {
		page := "pages/" + strings.ReplaceAll(c, "/", "-")
		pages = append(pages, page)
		files[page+".json"] = `{"usingComponents":{"the-one":"antd-mini/es/` + c + `"}}`
		files[page+".axml"] = `<the-one ` + antdProps[c] + `>` + antdContent(c) + `</the-one>`
		files[page+".js"] = `Page({ data: ` + antdData + ` })`
	}
	files["app.json"] = `{"pages":["` + strings.Join(pages, `","`) + `"]}`
	w := withPackages(t, antdDependencies, files)
	for i, page := range pages {
		p := w.openPage(page, nil)
		w.rest()
		for _, e := range w.errors {
			t.Errorf("%s: %s", page, describe(e))
		}
		w.errors = nil
		if want := antdTexts[list[i]]; !strings.Contains(w.text(p), want) {
			t.Errorf("%s shows %q, want %q", page, w.text(p), want)
		}
		t.Logf("%s: %s", page, w.text(p))
		p.Close()
	}
}

// antdContent is what stands between a component's tags; in a dialog it would take the place of what the properties say.
func antdContent(c string) string {
	if c == "Dialog/index" || c == "Modal/index" {
		return ""
	}
	return "content"
}

// antdProps are attributes with which a component shows something; d is the page's data.
var antdProps = map[string]string{
	"ActionSheet/index": `visible title="Actions" actions="{{d.texts}}" cancelText="Leave"`, "Actions/index": `items="{{d.labels}}"`,
	"Alphabet/index": `item="{{d.label}}" alphabet="{{d.labels}}"`, "Avatar/index": `name="Ann" desc="Owner"`, "Badge/index": `type="number" text="{{7}}"`,
	"Bubble/index": `content="Hello"`, "Card/index": `title="A card"`, "Checkbox/CheckboxGroup/index": `options="{{d.options}}"`,
	"Checklist/index": `options="{{d.titles}}" value="a"`, "Checklist/ChecklistItem/index": `item="{{d.title}}"`, "Collapse/index": `items="{{d.titles}}" defaultCurrent="{{[0]}}"`,
	"Conversations/index": `items="{{d.labels}}" menus="{{d.menus}}"`, "Countdown/index": `time="{{60}}"`, "DatePicker/index": `placeholder="A date"`, "DatePicker/RangePicker/index": `startPlaceholder="From" visible`,
	"Dialog/index": `visible title="Sure?" content="Really"`, "Divider/index": `text="or"`, "Empty/index": `title="Nothing" message="Look elsewhere"`,
	"Feedback/index": `visible type="card" title="Why?" list="{{d.texts}}"`, "Footer/index": `label="Dougong" content="the end"`,
	"Form/FormCascaderPicker/index": `label="Field" options="{{d.cascade}}"`, "Form/FormCheckboxGroup/index": `label="Field" options="{{d.options}}"`, "Form/FormDatePicker/index": `label="Field"`,
	"Form/FormImageUpload/index": `label="Field"`, "Form/FormInput/index": `label="Field"`, "Form/FormItem/index": `label="Field"`, "Form/FormPicker/index": `label="Field" options="{{d.options}}"`,
	"Form/FormRadioGroup/index": `label="Field" options="{{d.options}}"`, "Form/FormRangePicker/index": `label="Field"`, "Form/FormRate/index": `label="Field"`, "Form/FormSelector/index": `label="Field" options="{{d.texts}}"`,
	"Form/FormSlider/index": `label="Field"`, "Form/FormStepper/index": `label="Field"`, "Form/FormSwitch/index": `label="Field"`, "Form/FormTextarea/index": `label="Field"`,
	"Grid/index": `items="{{d.titles}}" columns="{{2}}"`, "GuideTour/index": `visible items="{{d.titles}}"`, "IndexBar/index": `items="{{d.labels}}"`,
	"Modal/index": `visible title="Title" content="Body" primaryButtonText="Go"`, "NumberInput/index": `title="Amount"`, "PageContainer/index": `status="empty" title="Void"`,
	"Picker/index": `options="{{d.options}}" placeholder="Choose"`, "Picker/CascaderPicker/index": `options="{{d.cascade}}" placeholder="Where"`, "Popover/index": `visible content="Hint"`,
	"PopoverList/index": `visible list="{{d.texts}}"`, "Popup/index": `visible title="From below"`, "Prompts/index": `title="Try" items="{{d.labels}}"`,
	"Radio/RadioGroup/index": `options="{{d.options}}" value="a"`, "Result/index": `type="success" title="Done" message="All is well"`, "Selector/index": `options="{{d.texts}}" value="a"`,
	"Steps/index": `items="{{d.titles}}" current="{{1}}"`, "SwipeAction/index": `rightButtons="{{d.texts}}"`, "TabBar/index": `items="{{d.texts}}"`, "Table/index": `columns="{{d.columns}}" dataSource="{{d.rows}}"`,
	"Tabs/index": `items="{{d.titles}}"`, "Terms/index": `terms="{{d.names}}" buttons="{{d.texts}}" type="check"`, "ThoughtChain/index": `items="{{d.titles}}"`,
	"Toast/index": `visible content="Saved"`, "Voucher/index": `dataSource="{{d.titles}}"`, "Welcome/index": `title="Welcome" description="Look around"`,
}

// antdTexts are what has to be seen then.
var antdTexts = map[string]string{
	"ActionSheet/index": "Actions First Second Leave", "AutoResize/index": "content", "Badge/index": "content 7", "Bubble/index": "content",
	"Button/index": "content", "Calendar/index": "2026年01月", "Card/index": "A card content", "Checkbox/CheckboxGroup/index": "One Two", "Checkbox/index": "content", "Checklist/index": "First first text Second second text",
	"Collapse/index": "First first text Second second text", "ConfigProvider/index": "content", "Container/index": "content", "Conversations/index": "content Delete content Delete",
	"DatePicker/index": "A date", "Dialog/index": "Sure? Really", "Divider/index": "or", "Empty/index": "Nothing Look elsewhere", "Feedback/index": "Why? First Second", "Footer/index": "Dougong the end",
	"Form/FormCheckboxGroup/index": "Field One Two", "Form/FormInput/index": "Field 请输入", "Form/FormItem/index": "Field content", "Form/FormPicker/index": "Field", "Form/FormRadioGroup/index": "Field One Two",
	"Form/FormSelector/index": "Field First Second", "Form/FormSwitch/index": "Field", "Form/FormTextarea/index": "Field", "Grid/index": "First first text Second second text",
	"ImageUpload/index": "content", "IndexBar/index": "First", "Input/index": "请输入", "List/index": "content", "List/ListItem/index": "content", "Modal/index": "Title Body Go", "NoticeBar/index": "content",
	"NumberInput/index": "Amount", "NumberKeyboard/index": "1 2 3 4 5 6 7 8 9", "PageContainer/index": "Void", "Pagination/index": "content", "Picker/index": "Choose", "Picker/CascaderPicker/index": "Where",
	"Popover/index": "Hint", "PopoverList/index": "First Second", "Popup/index": "From below", "Progress/index": "0%", "Prompts/index": "Try First Second", "Radio/RadioGroup/index": "One Two", "Radio/index": "content",
	"RareWordsKeyboard/index": "请输入生僻字对应的拼音", "Result/index": "Done All is well", "Selector/index": "First content Second content", "Space/index": "content", "Steps/index": "First first text Second second text",
	"Sticky/index": "content", "SwipeAction/index": "content", "TabBar/index": "First Second", "Table/index": "Name Ann", "Tabs/index": "First Second content", "Tag/index": "content",
	"Terms/index": "Terms First Second", "ThoughtChain/index": "First first text Second second text", "Toast/index": "Saved", "Typography/index": "content", "Voucher/index": "First", "Welcome/index": "Welcome Look around",
}

// antdData is the data of these pages.
const antdData = `{ d: {
  label: { label: "First" }, title: { title: "First", value: "a" },
  texts: [{ text: "First", value: "a", key: "a", id: "a" }, { text: "Second", value: "b", key: "b", id: "b" }],
  labels: [{ label: "First", key: "a" }, { label: "Second", key: "b" }],
  titles: [{ title: "First", value: "a", content: "first text", description: "first text", key: "a" }, { title: "Second", value: "b", content: "second text", description: "second text", key: "b" }],
  names: [{ name: "Terms", key: "t" }],
  options: [{ label: "One", value: "a" }, { label: "Two", value: "b" }],
  cascade: [{ label: "One", value: "a", children: [{ label: "Inner", value: "i" }] }],
  menus: [{ text: "Delete" }],
  columns: [{ title: "Name", dataIndex: "name", key: "name" }], rows: [{ key: "1", name: "Ann" }],
} }`
