Component({
  options: { multipleSlots: false },
  properties: {
    title: String,
    hint: String,
  },
})
