import clock from '../../behaviors/clock'

Component({
  behaviors: [clock],
  options: { virtualHost: true },
  properties: {
    note: Object,
  },
})
