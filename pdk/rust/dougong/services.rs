use crate::{code, host, object, parse, write, Context, Error, Number, Result, Value};

/// How much a line of log matters.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Level {
    Debug = 0,
    Info = 1,
    Warn = 2,
    Error = 3,
}

/// A request for [`Context::http`].
#[derive(Clone, Debug, Default)]
pub struct HttpRequest {
    /// Empty: GET
    pub method: String,
    /// The address
    pub url: String,
    /// Names and values; a name may stand several times
    pub headers: Vec<(String, String)>,
    /// What is sent
    pub body: Vec<u8>,
    /// 0: the call's deadline
    pub timeout_ms: u32,
}

/// The answer of [`Context::http`].
#[derive(Clone, Debug)]
pub struct HttpResponse {
    /// 400 and above is no error.
    pub status: i64,
    /// Names and values
    pub headers: Vec<(String, String)>,
    /// What came
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// The first value of a header, whatever the case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|h| h.0.eq_ignore_ascii_case(name)).map(|h| h.1.as_str())
    }
}

/// Says that the host's answer is not what the protocol promises.
fn odd(service: &str) -> Error {
    Error::new(code::INVALID_RESULT, "invalidResult", format!("the host's answer to {service} lacks what it has to have"))
}

/// The host's services. plugin.yaml has to require them and the operator to grant them; else they fail with [`code::DENIED`].
impl Context {
    /// Any service by its name.
    pub fn service(&self, name: &str, args: &Value) -> Result<Value> {
        parse::payload(&host::service(name, &write::payload(args)?)?)
    }

    /// The value of a key of this plugin, app and user.
    pub fn kv_get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let answer = self.service("kv.get", &object! {"key" => key})?;
        match answer.get("found").and_then(Value::as_bool) {
            Some(true) => Ok(Some(answer.get("value").and_then(Value::as_bytes).unwrap_or_default().to_vec())),
            _ => Ok(None),
        }
    }

    /// Stores a value under a key.
    pub fn kv_set(&self, key: &str, value: &[u8]) -> Result<()> {
        self.service("kv.set", &object! {"key" => key, "value" => value}).map(|_| ())
    }

    /// Removes a key; one that is not there is no error.
    pub fn kv_delete(&self, key: &str) -> Result<()> {
        self.service("kv.delete", &object! {"key" => key}).map(|_| ())
    }

    /// All keys that begin with prefix, in byte order.
    pub fn kv_list(&self, prefix: &str) -> Result<Vec<String>> {
        let mut keys: Vec<String> = Vec::new();
        loop {
            let mut args = object! {"prefix" => prefix};
            if let Some(last) = keys.last() {
                args.set("after", last);
            }
            let answer = self.service("kv.list", &args)?;
            let more = answer.get("keys").map_or(&[][..], Value::items);
            keys.extend(more.iter().filter_map(Value::as_text).map(String::from));
            if more.is_empty() || answer.get("more").and_then(Value::as_bool) != Some(true) {
                return Ok(keys);
            }
        }
    }

    /// Carries out a request by the host's network provider.
    pub fn http(&self, q: &HttpRequest) -> Result<HttpResponse> {
        let method = if q.method.is_empty() { "GET" } else { &q.method };
        let mut args = object! {"method" => method, "url" => &q.url};
        let mut headers: Vec<(String, Value)> = Vec::new();
        for (name, value) in &q.headers {
            match headers.iter_mut().find(|h| h.0 == *name) {
                Some((_, Value::Array(values))) => values.push(value.into()),
                _ => headers.push((name.clone(), Value::Array(vec![value.into()]))),
            }
        }
        if !headers.is_empty() {
            args.set("headers", Value::Object(headers));
        }
        if !q.body.is_empty() {
            args.set("body", q.body.as_slice());
        }
        if q.timeout_ms > 0 {
            args.set("timeout_ms", q.timeout_ms);
        }
        let answer = self.service("http.request", &args)?;
        let status = answer.get("status").and_then(Value::as_i64).ok_or_else(|| odd("http.request"))?;
        let mut headers = Vec::new();
        if let Some(Value::Object(members)) = answer.get("headers") {
            for (name, values) in members {
                headers.extend(values.items().iter().filter_map(Value::as_text).map(|v| (name.clone(), v.into())));
            }
        }
        let body = answer.get("body").and_then(Value::as_bytes).unwrap_or_default().to_vec();
        Ok(HttpResponse { status, headers, body })
    }

    /// Asks the user; the number of the button that was chosen, None if the dialog was dismissed.
    pub fn confirm(&self, title: &str, content: &str, buttons: &[&str]) -> Result<Option<usize>> {
        let list: Vec<Value> = buttons.iter().map(|b| Value::from(*b)).collect();
        let answer = self.service("ui.confirm", &object! {"title" => title, "content" => content, "buttons" => list})?;
        match answer.get("button").and_then(Value::as_i64) {
            Some(-1) => Ok(None),
            Some(n) if n >= 0 && n < buttons.len() as i64 => Ok(Some(n as usize)),
            _ => Err(odd("ui.confirm")),
        }
    }

    /// A secret that plugin.yaml lists.
    pub fn secret(&self, name: &str) -> Result<String> {
        let answer = self.service("secret.get", &object! {"name" => name})?;
        answer.get("value").and_then(Value::as_text).map(String::from).ok_or_else(|| odd("secret.get"))
    }

    /// The data key, 16 or 32 bytes, of this plugin, app and user.
    pub fn data_key(&self, size: usize) -> Result<Vec<u8>> {
        let answer = self.service("key.data", &object! {"size" => size})?;
        match answer.get("key").and_then(Value::as_bytes) {
            Some(key) if key.len() == size => Ok(key.to_vec()),
            _ => Err(odd("key.data")),
        }
    }

    /// Raises the counter of this plugin, app and user, which never falls; what it was.
    pub fn anchor(&self, at: u64) -> Result<u64> {
        let answer = self.service("key.anchor", &object! {"at" => at})?;
        match answer.get("was") {
            Some(Value::Number(Number(was))) => was.parse().map_err(|_| odd("key.anchor")),
            _ => Err(odd("key.anchor")),
        }
    }

    /// May this app reach url by its list "request", "uploadFile", "downloadFile" or "socket"?
    pub fn check_domain(&self, list: &str, url: &str) -> Result<()> {
        self.service("domain.check", &object! {"list" => list, "url" => url}).map(|_| ())
    }

    /// Has a method of this plugin called once, later, with data.
    pub fn after(&self, delay_ms: u64, method: &str, data: &Value) -> Result<()> {
        self.service("timer.after", &object! {"delay_ms" => delay_ms, "method" => method, "data" => data}).map(|_| ())
    }

    /// An event of the call's task, or of the capability if it has none.
    pub fn emit(&self, event: &str, data: &Value) -> Result<()> {
        self.emit_to(self.info.task, event, data, false)
    }

    /// The task's last event.
    pub fn end(&self, event: &str, data: &Value) -> Result<()> {
        self.emit_to(self.info.task, event, data, true)
    }

    /// An event of another task of this instance.
    pub fn emit_to(&self, task: u64, event: &str, data: &Value, last: bool) -> Result<()> {
        host::emit(task, event, &write::payload(data)?, last)
    }

    /// A line of the host's log.
    pub fn log(&self, level: Level, message: &str, fields: &[(&str, &str)]) {
        host::log(level as u8, message, fields)
    }
}
