import { migrate } from './store'

App({
  onLaunch() {
    migrate()
  },
})
