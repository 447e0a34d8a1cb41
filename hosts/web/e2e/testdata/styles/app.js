App({ onThemeChange(e) { this.heard = e.theme } })
