package compat

import "fmt"

// SuperApp is a superapp.yaml of the mini-program in dir, and of the first-party plugins in the folder plugins that have a
// part in the cases. Nobody is asked for permission: that is not what the cases are about.
func SuperApp(dir, plugins string) []byte {
	return fmt.Appendf(nil, `
plugins:
  - {id: dougong.network, path: %[1]s/dougong.network, grants: {net: true}, config: {private_addresses: [127.0.0.0/8]}}
  - {id: dougong.file, path: %[1]s/dougong.file}
  - {id: dougong.storage, path: %[1]s/dougong.storage}
  - id: dougong.pay.sandbox
    path: %[1]s/dougong.pay.sandbox
    grants: {http: ["http://127.0.0.1:1"]}
    config: {gateway: "http://127.0.0.1:1/pay"}
  - id: dougong.account
    path: %[1]s/dougong.account
    config: {mode: sandbox, profiles: {account: {nickName: Wood}, local: {nickName: Wood}}}
  - id: dougong.geolocation
    path: %[1]s/dougong.geolocation
    config: {sources: [{fixed: {latitude: 22.5431, longitude: 114.0579, accuracy: 25}}]}
miniapps: [{path: %[2]s}]
policy: {domains: any, private_addresses: [127.0.0.0/8], prompts: allow}
`, plugins, dir)
}
