//! The conformance plugin in Rust: one method for each thing that the plugin protocol lets a plugin do.

use dougong::{code, object, plugin, Context, Error, HttpRequest, Level, Methods, Plugin, Result, Value};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

const NO_SESSION: i32 = 70002;

/// What an instance remembers from call to call.
#[derive(Default)]
struct State {
    greeting: RefCell<String>,
    calls: Cell<i64>,
    sessions: RefCell<BTreeMap<u64, i64>>, // how much was sent, by task
}

fn inspect(_: &Context, args: &Value) -> Result<Value> {
    let text = args.text("text")?;
    let mut result = object! {"text" => text, "characters" => text.chars().count()};
    if args.get("data").is_some() {
        let mut data = args.bytes("data")?.to_vec();
        data.reverse();
        result.set("data", data);
    }
    Ok(result)
}

fn whoami(ctx: &Context, _: &Value) -> Result<Value> {
    let i = &ctx.info;
    Ok(object! {
        "capability" => &i.capability, "method" => &i.method, "app" => &i.app, "user" => &i.user, "page" => &i.page,
        "trace" => &i.trace, "caller" => &i.caller,
    })
}

fn fail(_: &Context, args: &Value) -> Result<Value> {
    let code = args.int("code")?;
    let code = i32::try_from(code).map_err(|_| Error::params(format!("code: expected 32 bits, found {code}")))?;
    Err(Error::new(code, args.text("name")?, args.text("message")?))
}

fn big(_: &Context, args: &Value) -> Result<Value> {
    let size = args.int("size")?;
    if !(0..=64 << 20).contains(&size) {
        return Err(Error::params(format!("size: expected 0 to {}, found {size}", 64 << 20)));
    }
    let pattern: Vec<u8> = (0..251).collect();
    let mut data = pattern.repeat(size as usize / 251 + 1); // few turns of a loop, many bytes in each
    data.truncate(size as usize);
    Ok(object! {"data" => data})
}

fn kv(ctx: &Context, args: &Value) -> Result<Value> {
    let key = args.text("key")?;
    let before = ctx.kv_get(key)?;
    ctx.kv_set(key, args.bytes("value")?)?;
    let mut result = object! {"found" => before.is_some()};
    if let Some(before) = before {
        result.set("before", before);
    }
    Ok(result)
}

fn fetch(ctx: &Context, args: &Value) -> Result<Value> {
    let page = ctx.http(&HttpRequest { url: args.text("url")?.into(), ..Default::default() })?;
    Ok(object! {"status" => page.status, "body" => page.body})
}

fn log(ctx: &Context, args: &Value) -> Result<Value> {
    ctx.log(Level::Warn, args.text("text")?, &[("n", "7")]);
    Ok(Value::Null)
}

fn sleep(ctx: &Context, args: &Value) -> Result<Value> {
    ctx.sleep(Duration::from_millis(args.int("ms")?.max(0) as u64))?;
    Ok(Value::Null)
}

fn spin(_: &Context, _: &Value) -> Result<Value> {
    loop {
        std::hint::spin_loop()
    }
}

fn crash(_: &Context, _: &Value) -> Result<Value> {
    panic!("crash as asked")
}

fn countdown(ctx: &Context, args: &Value) -> Result<Value> {
    let from = args.int("from")?;
    for left in (0..from).rev() {
        ctx.emit("tick", &object! {"left" => left, "data" => vec![(left % 251) as u8]})?;
    }
    Ok(object! {"ticks" => from})
}

impl State {
    fn configure(&self, config: &Value) -> Result<()> {
        let greeting = config.get("greeting").and_then(Value::as_text).unwrap_or_default();
        if greeting == "refuse" {
            return Err(Error::new(code::CONFIG, "config", "greeting: \"refuse\" is refused; give another"));
        }
        *self.greeting.borrow_mut() = greeting.into();
        Ok(())
    }

    fn count(&self) -> Result<Value> {
        self.calls.set(self.calls.get() + 1);
        Ok(object! {"count" => self.calls.get()})
    }

    fn open(&self, ctx: &Context) -> Result<Value> {
        self.sessions.borrow_mut().insert(ctx.info.task, 0);
        Ok(Value::Null)
    }

    fn send(&self, ctx: &Context, args: &Value) -> Result<Value> {
        let mut sessions = self.sessions.borrow_mut();
        let sent = sessions.get_mut(&ctx.info.task).ok_or_else(|| no_session(ctx))?;
        ctx.emit("message", &object! {"text" => args.text("text")?})?;
        *sent += 1;
        Ok(object! {"sent" => *sent})
    }

    fn close(&self, ctx: &Context) -> Result<Value> {
        self.sessions.borrow_mut().remove(&ctx.info.task).ok_or_else(|| no_session(ctx))?;
        ctx.end("closed", &Value::Null)?;
        Ok(Value::Null)
    }
}

fn no_session(ctx: &Context) -> Error {
    Error::new(NO_SESSION, "no-session", format!("task {} is no open session; open one by session", ctx.info.task))
}

fn conformance() -> Plugin {
    let state = Rc::new(State::default());
    let (a, b, c, d, e, f) = (state.clone(), state.clone(), state.clone(), state.clone(), state.clone(), state);
    let methods = Methods::new()
        .raw("echo", |_, args| Ok(args))
        .add("inspect", inspect)
        .add("whoami", whoami)
        .add("fail", fail)
        .add("configured", move |_, _| Ok(object! {"greeting" => &*a.greeting.borrow()}))
        .add("count", move |_, _| b.count())
        .add("big", big)
        .add("kv", kv)
        .add("fetch", fetch)
        .add("log", log)
        .add("sleep", sleep)
        .add("spin", spin)
        .add("crash", crash)
        .add("countdown", countdown)
        .add("session", move |ctx, _| c.open(ctx))
        .add("session.send", move |ctx, args| d.send(ctx, args))
        .add("session.close", move |ctx, _| e.close(ctx));
    Plugin::new("dougong.conformance.rust", "1.0.0")
        .provide("dougong.conformance/v1", methods)
        .on_configure(move |_, config| f.configure(config))
}

plugin!(conformance());
