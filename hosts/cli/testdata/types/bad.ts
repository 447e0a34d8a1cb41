// What a mini-program must not write. Each line below the comment must be an error, and is one that tsc finds.
const bytes = new ArrayBuffer(4);

// @ts-expect-error a parameter is missing
wx.acmeFace({ image: bytes });
// @ts-expect-error no such value
wx.acmeFace({ image: bytes, class: "passport" });
// @ts-expect-error no such parameter
wx.acmeFace({ image: bytes, class: "selfie", colour: 1 });
// @ts-expect-error bytes are no text
wx.acmeFace({ image: "picture", class: "selfie" });
// @ts-expect-error no such value among the numbers
wx.acmeFace({ image: bytes, class: "selfie", tries: 4 });
// @ts-expect-error with a callback there is no promise
wx.acmeFace({ image: bytes, class: "selfie", success() {} }).then();
// @ts-expect-error no such field of the result
wx.acmeFace({ image: bytes, class: "selfie", success: (result) => result.scores });
// @ts-expect-error no such error
wx.acmeFace({ image: bytes, class: "selfie", fail: (error) => error.errno === 12345 });
// @ts-expect-error the second argument is missing
wx.acmeFaceSync(bytes);
// @ts-expect-error a task is no promise
wx.watchFace({}).then();
// @ts-expect-error no such event
wx.watchFace({}).onSmile(() => {});
// @ts-expect-error the contract injects it into ft only
wx.acmeFaceParams();
// @ts-expect-error nobody provides it
wx.acmeVoice({});
// @ts-expect-error the address is missing
wx.request({ method: "GET" });
// @ts-expect-error one of two words
wx.getLocation({ type: "bd09" });
