//! Text built at compile time: what a failed check tells the modeller.

const CAPACITY: usize = 4096;

/// A message of up to 4096 bytes; what does not fit is cut at a character.
#[derive(Clone, Copy)]
pub struct Msg {
    buf: [u8; CAPACITY],
    len: usize,
}

impl Msg {
    /// No text.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            buf: [0; CAPACITY],
            len: 0,
        }
    }

    /// Appends `text`.
    #[must_use]
    pub const fn put(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut room = CAPACITY - self.len;
        if bytes.len() < room {
            room = bytes.len();
        }
        // never cut within a character
        while room > 0 && room < bytes.len() && bytes[room] & 0xC0 == 0x80 {
            room -= 1;
        }
        let mut i = 0;
        while i < room {
            self.buf[self.len + i] = bytes[i];
            i += 1;
        }
        self.len += room;
        self
    }

    /// Appends `` `word` ``.
    #[must_use]
    pub const fn quote(self, word: &str) -> Self {
        self.put("`").put(word).put("`")
    }

    /// Appends a whole number.
    #[must_use]
    pub const fn number(self, n: usize) -> Self {
        let mut digits = [0u8; 20];
        let mut at = digits.len();
        let mut rest = n;
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        let (_, text) = digits.split_at(at);
        match core::str::from_utf8(text) {
            Ok(text) => self.put(text),
            Err(_) => self,
        }
    }

    /// The text.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        let (text, _) = self.buf.split_at(self.len);
        match core::str::from_utf8(text) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

impl Default for Msg {
    fn default() -> Self {
        Self::new()
    }
}

/// Stops the compilation with the message, under the tokens that the macro gave the call.
///
/// # Panics
/// At compile time, if there is a message.
#[track_caller]
pub const fn require(message: Option<Msg>) {
    if let Some(message) = message {
        panic!("{}", message.as_str())
    }
}

/// Whether two strings are equal, at compile time.
#[must_use]
pub(crate) const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// FNV-1a of a path: compared before the strings are.
#[must_use]
pub(crate) const fn hash(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut h = 0xcbf2_9ce4_8422_2325_u64;
    let mut i = 0;
    while i < bytes.len() {
        h = (h ^ bytes[i] as u64).wrapping_mul(0x100_0000_01b3);
        i += 1;
    }
    h
}

const LONGEST: usize = 48;

/// How many letters have to change (insert, delete, replace, swap neighbours) to make `a` into `b`; `usize::MAX` for
/// words of more than 48 letters. Upper and lower case count as half different: they compare equal here and only
/// exact equality, checked elsewhere, tells them apart.
#[must_use]
pub(crate) const fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() > LONGEST || b.len() > LONGEST {
        return usize::MAX;
    }
    let mut before = [0usize; LONGEST + 1];
    let mut last = [0usize; LONGEST + 1];
    let mut row = [0usize; LONGEST + 1];
    let mut j = 0;
    while j <= b.len() {
        last[j] = j;
        j += 1;
    }
    let mut i = 1;
    while i <= a.len() {
        row[0] = i;
        let mut j = 1;
        while j <= b.len() {
            let (x, y) = (lower(a[i - 1]), lower(b[j - 1]));
            let mut best = last[j - 1] + if x == y { 0 } else { 1 };
            best = smaller(best, last[j] + 1);
            best = smaller(best, row[j - 1] + 1);
            if i > 1 && j > 1 && x == lower(b[j - 2]) && lower(a[i - 2]) == y {
                best = smaller(best, before[j - 2] + 1);
            }
            row[j] = best;
            j += 1;
        }
        before = last;
        last = row;
        i += 1;
    }
    last[b.len()]
}

const fn smaller(a: usize, b: usize) -> usize {
    if a < b { a } else { b }
}

const fn lower(c: u8) -> u8 {
    c.to_ascii_lowercase()
}

/// Whether `name` is close enough to `wanted` to be suggested, given their distance.
const fn is_near(wanted: &str, name: &str, distance: usize) -> bool {
    distance <= 1 + wanted.len() / 4 && distance < wanted.len() && distance < name.len()
}

/// Keeps the nearest of the names that are offered one by one.
#[derive(Clone, Copy)]
pub(crate) struct Nearest {
    wanted: &'static str,
    best: Option<&'static str>,
    distance: usize,
}

impl Nearest {
    /// Looks for a name like `wanted`.
    #[must_use]
    pub(crate) const fn to(wanted: &'static str) -> Self {
        Self {
            wanted,
            best: None,
            distance: usize::MAX,
        }
    }

    /// One more name.
    #[must_use]
    pub(crate) const fn offer(mut self, name: &'static str) -> Self {
        let limit = 1 + self.wanted.len() / 4;
        // the distance is at least the difference of the lengths
        if self.wanted.len().abs_diff(name.len()) > limit {
            return self;
        }
        let d = distance(self.wanted, name);
        if is_near(self.wanted, name, d) && d < self.distance {
            self.best = Some(name);
            self.distance = d;
        }
        self
    }

    /// Adds "; did you mean `x`?" where a name is near.
    #[must_use]
    pub(crate) const fn tell(&self, message: Msg) -> Msg {
        match self.best {
            Some(name) => message.put("; did you mean ").quote(name).put("?"),
            None => message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_cut_at_characters() {
        let long = "é".repeat(3000);
        let m = Msg::new().put("x").put(&long);
        assert_eq!(m.as_str().len(), 4095);
        assert!(m.as_str().ends_with('é'));
        assert_eq!(m.put("é").as_str().len(), 4095);
    }

    #[test]
    fn numbers_and_quotes() {
        assert_eq!(
            Msg::new().number(0).put(" ").number(1203).as_str(),
            "0 1203"
        );
        assert_eq!(Msg::new().quote("E").as_str(), "`E`");
    }

    #[test]
    fn distances() {
        assert_eq!(distance("gnabar", "gnabr"), 1);
        assert_eq!(distance("dned", "dend"), 1);
        assert_eq!(distance("", "ab"), 2);
        assert_eq!(distance("weight", "wieght"), 1);
        assert_eq!(distance("Ra", "ra"), 0);
    }

    #[test]
    fn nearest_names() {
        let near = Nearest::to("gnabr")
            .offer("gkbar")
            .offer("gnabar")
            .offer("el");
        assert_eq!(near.tell(Msg::new()).as_str(), "; did you mean `gnabar`?");
        let none = Nearest::to("x").offer("A").offer("y");
        assert_eq!(none.tell(Msg::new()).as_str(), "");
    }

    #[test]
    fn equality_and_hash() {
        assert!(same("a::E", "a::E") && !same("a::E", "a::I") && !same("a", "ab"));
        assert_ne!(hash("a::E"), hash("b::E"));
    }
}
