use crate::{code, Error, Result};
use std::time::{Duration, Instant};

/// Who calls. The host fills it in; nobody can forge it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Info {
    /// "dougong.payment/v1"
    pub capability: String,
    /// "requestPayment", or "connectSocket.send" for a method of a task
    pub method: String,
    /// The mini-program's id; empty for a call by the host itself
    pub app: String,
    /// The user's id
    pub user: String,
    /// The page's path
    pub page: String,
    /// 32 hex digits
    pub trace: String,
    /// Empty for a mini-program, else the calling plugin's id
    pub caller: String,
    /// The task that the call starts or belongs to; 0: none
    pub task: u64,
}

/// A call under way: who calls, and the host's services as methods.
pub struct Context {
    /// Who calls.
    pub info: Info,
    deadline: Option<Instant>,
}

impl Context {
    pub(crate) fn new(info: Info, left_ms: u64) -> Context {
        let deadline = (left_ms > 0).then(|| Instant::now() + Duration::from_millis(left_ms));
        Context { info, deadline }
    }

    /// The time until the deadline; None: there is none.
    pub fn time_left(&self) -> Option<Duration> {
        self.deadline.map(|d| d.saturating_duration_since(Instant::now()))
    }

    /// Waits. It fails if the deadline comes first.
    pub fn sleep(&self, time: Duration) -> Result<()> {
        let start = Instant::now();
        while let Some(rest) = time.checked_sub(start.elapsed()).filter(|rest| !rest.is_zero()) {
            // The host ends a sleep at the deadline, so the clock is asked again.
            if self.time_left() == Some(Duration::ZERO) {
                return Err(Error::new(code::TIMEOUT, "timeout", format!("the deadline of {} passed in a sleep", self.info.method)));
            }
            std::thread::sleep(rest);
        }
        Ok(())
    }
}
