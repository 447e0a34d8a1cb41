//! com.example.idcheck checks numbers that name companies, people and accounts. What a number is wrong about is its result, not a
//! failure: asking is what the plugin is for.

mod credit;
mod iban;
mod idcard;

use dougong::{object, plugin, Context, Methods, Plugin, Result, Value};

/// What a check finds: the parts of a good number, or what is wrong with it.
type Checked = std::result::Result<Value, String>;

fn answer(checked: Checked) -> Result<Value> {
    Ok(match checked {
        Ok(mut parts) => {
            parts.set("valid", true);
            parts
        }
        Err(reason) => object! {"valid" => false, "reason" => reason},
    })
}

/// The argument without spaces and dashes, in capitals.
fn tidy(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_uppercase).collect()
}

fn plugin() -> Plugin {
    let methods = Methods::new()
        .add("checkCreditCode", |_: &Context, args: &Value| answer(credit::check(&tidy(args.text("code")?))))
        .add("checkIdCard", |_: &Context, args: &Value| answer(idcard::check(&tidy(args.text("number")?))))
        .add("checkIban", |_: &Context, args: &Value| answer(iban::check(&tidy(args.text("iban")?))));
    Plugin::new("com.example.idcheck", "1.0.0").provide("example.idcheck/v1", methods)
}

plugin!(plugin());
