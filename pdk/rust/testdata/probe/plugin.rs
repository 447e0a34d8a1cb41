//! What the conformance contract does not reach: every service of the host, and JSON read and written again.

use dougong::{object, plugin, Context, HttpRequest, Level, Methods, Plugin, Result, Value};

fn same(_: &Context, args: &Value) -> Result<Value> {
    Ok(Value::Array(vec![args.clone()]))
}

fn services(ctx: &Context, _: &Value) -> Result<Value> {
    let mut r = object! {"present" => ctx.kv_get("present")?, "absent" => ctx.kv_get("absent")?.is_none()};
    ctx.kv_set("k", b"v")?;
    ctx.kv_delete("k")?;
    r.set("keys", ctx.kv_list("p")?.iter().map(Value::from).collect::<Vec<_>>());
    let headers = [("a", "1"), ("b", "2"), ("a", "3")].map(|(name, value)| (name.into(), value.into())).to_vec();
    let page = ctx.http(&HttpRequest { method: "POST".into(), url: "https://x.example/".into(), headers, body: b"b".to_vec(), timeout_ms: 5 })?;
    r.set("status", page.status);
    r.set("header", page.header("Content-Type"));
    r.set("body", page.body);
    ctx.check_domain("request", "https://x.example/")?;
    r.set("button", ctx.confirm("t", "c", &["yes", "no"])?);
    r.set("secret", ctx.secret("n")?);
    r.set("key", ctx.data_key(16)?);
    r.set("was", ctx.anchor(u64::MAX)?.to_string());
    let data = object! {"x" => 1.5};
    ctx.after(5, "m", &data)?;
    ctx.service("x.y", &data)?;
    ctx.log(Level::Debug, "line", &[]);
    ctx.log(Level::Error, "行", &[("a", "1"), ("b", "")]);
    ctx.emit("e", &data)?;
    ctx.end("f", &Value::Null)?;
    Ok(r)
}

plugin!(Plugin::new("dougong.probe.rust", "1.0.0").provide("dougong.probe/v1", Methods::new().add("same", same).add("services", services)));
