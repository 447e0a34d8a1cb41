use crate::{code, object, parse, wire, write, Context, Error, Payload, Result, Value};

enum Method {
    Typed(Box<dyn Fn(&Context, &Value) -> Result<Value>>),
    Raw(Box<dyn Fn(&Context, Payload) -> Result<Payload>>),
}

/// The methods of a capability. One of a task is named "method.taskMethod".
#[derive(Default)]
pub struct Methods(Vec<(String, Method)>);

impl Methods {
    /// No methods yet.
    pub fn new() -> Methods {
        Methods::default()
    }

    /// One more method.
    pub fn add(mut self, name: &str, f: impl Fn(&Context, &Value) -> Result<Value> + 'static) -> Methods {
        self.0.push((name.into(), Method::Typed(Box::new(f))));
        self
    }

    /// One more method, which passes payloads on without reading them.
    pub fn raw(mut self, name: &str, f: impl Fn(&Context, Payload) -> Result<Payload> + 'static) -> Methods {
        self.0.push((name.into(), Method::Raw(Box::new(f))));
        self
    }
}

type Configure = Box<dyn Fn(&Context, &Value) -> Result<()>>;
type Close = Box<dyn Fn(&Context)>;

/// What a vendor registers: identity, methods by capability, hooks. State lives in what the closures hold, such as an `Rc<RefCell<…>>`:
/// an instance carries out one call at a time.
pub struct Plugin {
    id: String,
    version: String,
    capabilities: Vec<(String, Methods)>,
    configure: Option<Configure>,
    close: Option<Close>,
}

impl Plugin {
    /// A plugin with the id and the version of plugin.yaml.
    pub fn new(id: &str, version: &str) -> Plugin {
        Plugin { id: id.into(), version: version.into(), capabilities: Vec::new(), configure: None, close: None }
    }

    /// Adds a capability.
    pub fn provide(mut self, capability: &str, methods: Methods) -> Plugin {
        self.capabilities.push((capability.into(), methods));
        self
    }

    /// Sets the hook that receives the configuration, before the first call and on each change. An error refuses it.
    pub fn on_configure(mut self, f: impl Fn(&Context, &Value) -> Result<()> + 'static) -> Plugin {
        self.configure = Some(Box::new(f));
        self
    }

    /// Sets the hook that runs once, at the end.
    pub fn on_close(mut self, f: impl Fn(&Context) + 'static) -> Plugin {
        self.close = Some(Box::new(f));
        self
    }

    /// Carries out a request and writes the reply.
    pub(crate) fn serve(&self, request: &[u8], reply: &mut Vec<u8>) {
        let result = wire::read_request(request).and_then(|q| match q.op {
            1 => write::payload(&self.describe()),
            2 => self.apply(&q.context, &q.payload),
            3 => self.call(&q.context, q.payload),
            4 => {
                if let Some(close) = &self.close {
                    close(&q.context);
                }
                Ok(Payload::default())
            }
            op => Err(Error::new(code::UNSUPPORTED, "unsupported", format!("operation {op} is not known to this plugin"))),
        });
        wire::write_reply(reply, result);
    }

    fn describe(&self) -> Value {
        let names = |m: &Methods| m.0.iter().map(|m| Value::from(m.0.as_str())).collect::<Vec<_>>();
        let capabilities = self.capabilities.iter().map(|c| (c.0.clone(), Value::Array(names(&c.1)))).collect();
        object! {"id" => &self.id, "version" => &self.version, "capabilities" => Value::Object(capabilities)}
    }

    fn apply(&self, ctx: &Context, config: &Payload) -> Result<Payload> {
        let configure = match &self.configure {
            Some(f) => f,
            None => return Ok(Payload::default()),
        };
        let refuse = |mut e: Error| {
            if e.code == code::INTERNAL {
                e.code = code::CONFIG;
                e.name = "config".into();
            }
            e
        };
        configure(ctx, &parse::payload(config)?).map(|_| Payload::default()).map_err(refuse)
    }

    fn call(&self, ctx: &Context, args: Payload) -> Result<Payload> {
        let unsupported = |what: String| Error::new(code::UNSUPPORTED, "unsupported", format!("plugin {:?} {what}", self.id));
        let capability = self.capabilities.iter().find(|c| c.0 == ctx.info.capability);
        let methods = capability.ok_or_else(|| unsupported(format!("does not provide {}", ctx.info.capability)))?;
        let method = (methods.1).0.iter().find(|m| m.0 == ctx.info.method);
        match &method.ok_or_else(|| unsupported(format!("has no method {:?} in {}", ctx.info.method, methods.0)))?.1 {
            Method::Typed(f) => write::payload(&f(ctx, &parse::payload(&args)?)?),
            Method::Raw(f) => f(ctx, args),
        }
    }
}
