//! Which addresses requests of plugins may be sent to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// The networks that an administrator named for a plugin, besides all that is public.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(pub Vec<IpNet>);

impl Networks {
    /// The address to connect to, if that is allowed: IPv4 that is written as IPv6 is what it is.
    pub fn permitted(&self, address: IpAddr) -> Option<IpAddr> {
        let address = address.to_canonical();
        (is_public(address) || self.0.iter().any(|network| network.contains(&address))).then_some(address)
    }
}

/// Whether an address is one that everybody may have a server at.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !RESERVED.iter().any(|network| network.contains(&address)),
        IpAddr::V6(address) => GLOBAL.contains(&address) && !SPECIAL.iter().any(|network| network.contains(&address)),
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(a: u16, b: u16, c: u16, length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), length)
}

/// The IANA's special purposes (RFC 6890), and what clouds answer at inside of their own networks.
const RESERVED: [Ipv4Net; 18] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    // Between a provider and its customers; one cloud has its metadata there.
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    // Link-local, with the metadata of most clouds.
    v4(169, 254, 0, 0, 16),
    // Azure's host, to each of its machines.
    v4(168, 63, 129, 16, 32),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 31, 196, 0, 24),
    v4(192, 52, 193, 0, 24),
    // Relays of 6to4.
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(192, 175, 48, 0, 24),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    // Multicast, what is reserved, and broadcast.
    v4(224, 0, 0, 0, 3),
];

/// What is given to networks at all. Beyond it are loopback, NAT64, unique local, link-local and multicast addresses.
const GLOBAL: Ipv6Net = v6(0x2000, 0, 0, 3);

const SPECIAL: [Ipv6Net; 5] = [
    // Teredo, ORCHID and the like.
    v6(0x2001, 0, 0, 23),
    v6(0x2001, 0xdb8, 0, 32),
    // 6to4: an IPv4 address is inside.
    v6(0x2002, 0, 0, 16),
    v6(0x2620, 0x4f, 0x8000, 48),
    v6(0x3fff, 0, 0, 20),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn permitted(networks: &[&str], address: &str) -> bool {
        let networks = networks.iter().map(|network| network.parse().unwrap()).collect();
        Networks(networks).permitted(address.parse().unwrap()).is_some()
    }

    #[test]
    fn public_addresses_are_permitted() {
        for address in [
            "1.1.1.1",
            "93.184.215.14",
            "172.15.0.1",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "2a00:1450::1",
        ] {
            assert!(permitted(&[], address), "{address}");
        }
    }

    #[test]
    fn whatever_is_not_public_is_not() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.0.9",
            "169.254.169.254",
            "168.63.129.16",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!permitted(&[], address), "{address}");
        }
    }

    #[test]
    fn what_is_named_is_permitted_and_nothing_beside_it() {
        assert!(permitted(&["10.1.0.0/16"], "10.1.2.3"));
        assert!(!permitted(&["10.1.0.0/16"], "10.2.0.1"));
        assert!(permitted(&["127.0.0.1/32"], "127.0.0.1") && !permitted(&["127.0.0.1/32"], "127.0.0.2"));
        assert!(permitted(&["fd00::/8"], "fd12::1") && !permitted(&["fd00::/8"], "fe80::1"));
        assert!(!permitted(&["fd00::/8"], "10.0.0.1"));
    }

    /// A mapped address is not another way to somewhere, and not a way around what was named.
    #[test]
    fn mapped_addresses_are_what_they_map_to() {
        let networks = Networks(vec!["10.0.0.0/8".parse().unwrap()]);
        assert_eq!(
            networks.permitted("::ffff:10.0.0.1".parse().unwrap()),
            Some("10.0.0.1".parse().unwrap())
        );
        let networks = Networks(vec!["::/0".parse().unwrap()]);
        assert_eq!(networks.permitted("::ffff:10.0.0.1".parse().unwrap()), None);
    }
}
