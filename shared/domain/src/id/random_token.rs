//! A value that nobody can guess and that names nothing.

use std::fmt;

use super::randomness;

/// 128 bits of the system's randomness: for a lock's holder, or a request that is recognised when it comes again.
/// It prints as 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RandomToken(u128);

impl RandomToken {
    /// A new token.
    pub fn generate() -> Self {
        Self(randomness())
    }
}

impl fmt::Display for RandomToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_tokens_differ_and_print_in_equal_length() {
        let [one, other] = [RandomToken::generate(), RandomToken::generate()].map(|token| token.to_string());
        assert_ne!(one, other);
        assert_eq!((one.len(), other.len()), (32, 32));
    }
}
