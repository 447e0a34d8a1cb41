use crate::{Error, Result};

/// A JSON value, or bytes: an attachment, which is never base64.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Value {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    Bytes(Vec<u8>),
    Array(Vec<Value>),
    /// The members in their order. Of several with one name the last counts, as in JavaScript.
    Object(Vec<(String, Value)>),
}

/// A number as JSON writes it, so that none loses digits on its way through a plugin.
#[derive(Clone, Debug, PartialEq)]
pub struct Number(pub(crate) String);

impl Number {
    /// The whole number, if it is one and fits; 1.0 and 1e3 are whole as well.
    pub fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok().or_else(|| {
            let n = self.as_f64();
            (n.abs() <= 9007199254740992.0 && n.fract() == 0.0).then_some(n as i64)
        })
    }

    /// The number as far as 64 bits of floating point can hold it.
    pub fn as_f64(&self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value {
    /// The member of an object; None if there is none or this is no object.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Object(members) => members.iter().rev().find(|m| m.0 == name).map(|m| &m.1),
            _ => None,
        }
    }

    /// Sets the member of an object.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        if let Value::Object(members) = self {
            members.retain(|m| m.0 != name);
            members.push((name.into(), value.into()));
        }
    }

    /// The text; None if this is none.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(s) => Some(s),
            _ => None,
        }
    }

    /// The bytes; None if these are none.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Bytes(b) => Some(b),
            _ => None,
        }
    }

    /// The boolean; None if this is none.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The whole number; None if this is none.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Number(n) => n.as_i64(),
            _ => None,
        }
    }

    /// The number; None if this is none.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Value::Number(n) => Some(n.as_f64()),
            _ => None,
        }
    }

    /// The values of an array; none if this is no array.
    pub fn items(&self) -> &[Value] {
        match self {
            Value::Array(items) => items,
            _ => &[],
        }
    }

    /// A field that has to be text; the error names it. So do the next four.
    pub fn text(&self, name: &str) -> Result<&str> {
        self.need(name, "string", Value::as_text)
    }

    /// A field that has to be bytes.
    pub fn bytes(&self, name: &str) -> Result<&[u8]> {
        self.need(name, "bytes", Value::as_bytes)
    }

    /// A field that has to be a boolean.
    pub fn boolean(&self, name: &str) -> Result<bool> {
        self.need(name, "boolean", Value::as_bool)
    }

    /// A field that has to be a whole number.
    pub fn int(&self, name: &str) -> Result<i64> {
        self.need(name, "whole number of 64 bits", Value::as_i64)
    }

    /// A field that has to be a number.
    pub fn number(&self, name: &str) -> Result<f64> {
        self.need(name, "number", Value::as_f64)
    }

    fn need<'a, T>(&'a self, name: &str, want: &str, read: impl Fn(&'a Value) -> Option<T>) -> Result<T> {
        match self.get(name) {
            None => Err(Error::params(format!("{name} is missing: expected {want}"))),
            Some(v) => read(v).ok_or_else(|| Error::params(format!("{name}: expected {want}, found {}", v.kind()))),
        }
    }

    fn kind(&self) -> &str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(n) if n.0.len() > 40 => "number",
            Value::Number(n) if n.as_i64().is_none() => &n.0,
            Value::Number(_) => "number",
            Value::Text(_) => "string",
            Value::Bytes(_) => "bytes",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        }
    }
}

/// Makes an object: `object! { "text" => "x", "count" => 5 }`. Values are whatever converts to [`Value`].
#[macro_export]
macro_rules! object {
    ($($name:expr => $value:expr),* $(,)?) => {
        $crate::Value::Object(vec![$((::std::string::String::from($name), $crate::Value::from($value))),*])
    };
}

impl From<f64> for Value {
    /// Null if it is not finite, which JSON cannot say.
    fn from(n: f64) -> Value {
        match n.abs() {
            a if !a.is_finite() => Value::Null,
            a if a == 0.0 || (1e-6..1e21).contains(&a) => Value::Number(Number(n.to_string())),
            _ => Value::Number(Number(format!("{n:e}"))),
        }
    }
}

macro_rules! from_integers {
    ($($t:ty)*) => {$(
        impl From<$t> for Value {
            fn from(n: $t) -> Value {
                Value::Number(Number(n.to_string()))
            }
        }
    )*};
}
from_integers!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

macro_rules! from_others {
    ($($t:ty, $v:ident => $made:expr;)*) => {$(
        impl From<$t> for Value {
            fn from($v: $t) -> Value {
                $made
            }
        }
    )*};
}
from_others! {
    bool, v => Value::Bool(v);
    String, v => Value::Text(v);
    &str, v => Value::Text(v.into());
    &String, v => Value::Text(v.clone());
    Vec<u8>, v => Value::Bytes(v);
    &[u8], v => Value::Bytes(v.into());
    Vec<Value>, v => Value::Array(v);
    &Value, v => v.clone();
    (), _v => Value::Null;
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Value {
        v.map_or(Value::Null, Into::into)
    }
}
