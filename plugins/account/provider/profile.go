package provider

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // the signature's form is WeChat's
	"encoding/base64"
	"encoding/hex"
	"encoding/json"

	"github.com/dougong-dev/dougong/pdk/go"
	"github.com/dougong-dev/dougong/plugins/account/code"
)

// DefaultLanguage of a profile.
const DefaultLanguage = "en"

type userInfo struct {
	NickName  string `json:"nickName"`
	Gender    int    `json:"gender"`
	Language  string `json:"language"`
	City      string `json:"city"`
	Province  string `json:"province"`
	Country   string `json:"country"`
	AvatarURL string `json:"avatarUrl"`
}

type profile struct {
	UserInfo      userInfo `json:"userInfo"`
	RawData       string   `json:"rawData"`
	Signature     string   `json:"signature,omitempty"`
	EncryptedData string   `json:"encryptedData,omitempty"`
	IV            string   `json:"iv,omitempty"`
}

type infoParams struct {
	WithCredentials *bool  `json:"withCredentials"`
	Lang            string `json:"lang"`
}

func (p *Provider) getUserInfo(ctx *pdk.Context, in infoParams) (profile, error) {
	return p.profile(ctx, in.Lang, in.WithCredentials == nil || *in.WithCredentials)
}

type profileParams struct {
	Desc string `json:"desc"`
	Lang string `json:"lang"`
}

// getUserProfile asks each time, for the purpose that the mini-program names.
func (p *Provider) getUserProfile(ctx *pdk.Context, in profileParams) (profile, error) {
	ask := []string{"获取你的昵称、头像", "允许", "拒绝"}
	if ctx.Speaks("zh", "en") == "en" {
		ask = []string{"Know your nickname and picture", "Allow", "Deny"}
	}
	button, err := ctx.Confirm(ask[0], in.Desc, ask[1:]...)
	if err != nil {
		return profile{}, err
	}
	if button != 0 {
		return profile{}, pdk.Errorf(codeDenied, "denied", "auth deny")
	}
	return p.profile(ctx, in.Lang, true)
}

func (p *Provider) profile(ctx *pdk.Context, language string, credentials bool) (profile, error) {
	c := p.config.Load()
	if language == "" {
		language = DefaultLanguage
	}
	known := c.Profiles[ctx.User]
	info := userInfo{known.NickName, known.Gender, language, known.City, known.Province, known.Country, known.AvatarURL}
	if info.NickName == "" {
		info.NickName = ctx.User
	}
	raw, err := json.Marshal(info)
	if err != nil {
		return profile{}, err
	}
	out := profile{UserInfo: info, RawData: string(raw)}
	if !credentials || c.Mode == ModeIssuer { // an issuer's session keys are its own
		return out, nil
	}
	s, err := p.current(ctx)
	if err != nil || s == nil {
		return out, err
	}
	key, err := p.key(ctx, c)
	if err != nil {
		return profile{}, err
	}
	return out, p.vouch(ctx, &out, key, key.SessionKey(s.ID))
}

// watermark says whom data was encrypted for.
type watermark struct {
	Timestamp int64  `json:"timestamp"`
	AppID     string `json:"appid"`
}

type secretInfo struct {
	OpenID string `json:"openId"`
	userInfo
	UnionID   string    `json:"unionId"`
	Watermark watermark `json:"watermark"`
}

// vouch adds what lets the server that exchanged the code trust a profile: a signature, and the data encrypted.
func (p *Provider) vouch(ctx *pdk.Context, out *profile, key code.Key, session []byte) error {
	encoded := base64.StdEncoding.EncodeToString(session)
	sum := sha1.Sum([]byte(out.RawData + encoded)) //nolint:gosec // see above
	out.Signature = hex.EncodeToString(sum[:])
	plain, err := json.Marshal(secretInfo{
		key.OpenID(ctx.App, ctx.User), out.UserInfo, key.UnionID(ctx.User), watermark{p.now().Unix(), ctx.App},
	})
	if err != nil {
		return err
	}
	iv := make([]byte, aes.BlockSize)
	if _, err := rand.Read(iv); err != nil {
		return err
	}
	block, err := aes.NewCipher(session)
	if err != nil {
		return err
	}
	padding := aes.BlockSize - len(plain)%aes.BlockSize
	plain = append(plain, bytes.Repeat([]byte{byte(padding)}, padding)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(plain, plain)
	out.EncryptedData, out.IV = base64.StdEncoding.EncodeToString(plain), base64.StdEncoding.EncodeToString(iv)
	return nil
}
