package generate

// rustKit is what a module needs to convert to and from the Rust kit's values.
const rustKit = `use dougong::{Error, Result, Value};

/// Any value.
#[derive(Clone, Debug, PartialEq)]
pub struct Any(pub Value);

impl Default for Any {
    fn default() -> Any {
        Any(Value::Null)
    }
}

/// What can be made of a value and the other way round. at names the value in messages.
pub trait Convert: Sized {
    fn take(v: &Value, at: &str) -> Result<Self>;
    fn give(&self) -> Value;
}

fn wrong<T>(at: &str, expected: &str) -> Result<T> {
    Err(Error::params(format!("{at}: expected {expected}")))
}

fn needed<T: Convert>(v: &Value, name: &str, at: &str) -> Result<T> {
    match v.get(name) {
        Some(v) => T::take(v, &format!("{at}.{name}")),
        None => Err(Error::params(format!("{at}.{name} is missing"))),
    }
}

fn maybe<T: Convert>(v: &Value, name: &str, at: &str) -> Result<Option<T>> {
    match v.get(name) {
        Some(Value::Null) | None => Ok(None),
        Some(v) => T::take(v, &format!("{at}.{name}")).map(Some),
    }
}

impl Convert for bool {
    fn take(v: &Value, at: &str) -> Result<bool> {
        v.as_bool().map_or_else(|| wrong(at, "true or false"), Ok)
    }
    fn give(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Convert for i64 {
    fn take(v: &Value, at: &str) -> Result<i64> {
        v.as_i64().map_or_else(|| wrong(at, "a whole number"), Ok)
    }
    fn give(&self) -> Value {
        Value::from(*self)
    }
}

impl Convert for f64 {
    fn take(v: &Value, at: &str) -> Result<f64> {
        v.as_f64().map_or_else(|| wrong(at, "a number"), Ok)
    }
    fn give(&self) -> Value {
        Value::from(*self)
    }
}

impl Convert for String {
    fn take(v: &Value, at: &str) -> Result<String> {
        v.as_text().map_or_else(|| wrong(at, "text"), |s| Ok(s.to_string()))
    }
    fn give(&self) -> Value {
        Value::Text(self.clone())
    }
}

impl Convert for Bytes {
    fn take(v: &Value, at: &str) -> Result<Bytes> {
        v.as_bytes().map_or_else(|| wrong(at, "bytes"), |b| Ok(Bytes(b.to_vec())))
    }
    fn give(&self) -> Value {
        Value::Bytes(self.0.clone())
    }
}

impl Convert for Any {
    fn take(v: &Value, _: &str) -> Result<Any> {
        Ok(Any(v.clone()))
    }
    fn give(&self) -> Value {
        self.0.clone()
    }
}

impl<T: Convert> Convert for Option<T> {
    fn take(v: &Value, at: &str) -> Result<Option<T>> {
        if *v == Value::Null { Ok(None) } else { T::take(v, at).map(Some) }
    }
    fn give(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::give)
    }
}

impl<T: Convert> Convert for Vec<T> {
    fn take(v: &Value, at: &str) -> Result<Vec<T>> {
        match v {
            Value::Array(items) => items.iter().enumerate().map(|(i, v)| T::take(v, &format!("{at}[{i}]"))).collect(),
            _ => wrong(at, "an array"),
        }
    }
    fn give(&self) -> Value {
        Value::Array(self.iter().map(T::give).collect())
    }
}

impl<T: Convert> Convert for Map<T> {
    fn take(v: &Value, at: &str) -> Result<Map<T>> {
        match v {
            Value::Object(members) => members.iter().map(|(k, v)| Ok((k.clone(), T::take(v, &format!("{at}.{k}"))?))).collect(),
            _ => wrong(at, "an object"),
        }
    }
    fn give(&self) -> Value {
        Value::Object(self.iter().map(|(k, v)| (k.clone(), v.give())).collect())
    }
}

`

// convert writes how a record is made of a value, and a value of it.
func (w *rustWriter) convert(r *record, name string, idents []string) {
	w.in("impl Convert for "+name+" {", "}", func() {
		w.in("fn take(v: &Value, at: &str) -> Result<"+name+"> {", "}", func() {
			w.in("if !matches!(v, Value::Object(_)) {", "}", func() { w.p(`return wrong(at, "an object");`) })
			w.in("Ok("+name+" {", "})", func() {
				for i, f := range r.fields {
					read := "needed"
					if !f.required {
						read = "maybe"
					}
					w.p("%s: %s(v, %s, at)?,", idents[i], read, quote(f.key, rustEscape))
				}
			})
		})
		w.in("fn give(&self) -> Value {", "}", func() {
			w.p("let mut out: Vec<(String, Value)> = Vec::new();")
			for i, f := range r.fields {
				key := quote(f.key, rustEscape)
				if f.required {
					w.p("out.push((%s.to_string(), self.%s.give()));", key, idents[i])
					continue
				}
				w.in("if let Some(x) = &self."+idents[i]+" {", "}", func() { w.p("out.push((%s.to_string(), x.give()));", key) })
			}
			w.p("Value::Object(out)")
		})
	})
	w.p("")
	w.in("impl "+name+" {", "}", func() {
		w.p("/// Makes it of a value; the error names the field that does not fit.")
		w.in("pub fn decode(v: &Value) -> Result<"+name+"> {", "}", func() { w.p("%s::take(v, %s)", name, quote(camel(r.name), rustEscape)) })
		w.p("/// The value of it.")
		w.in("pub fn encode(&self) -> Value {", "}", func() { w.p("self.give()") })
	})
	w.p("")
}
