Component({
  options: { multipleSlots: true, addGlobalClass: true },
  externalClasses: ['body-class'],
  properties: {
    title: String,
    tag: String,
  },
})
