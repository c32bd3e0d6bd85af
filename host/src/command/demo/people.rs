//! Made-up people. The same number always gives the same person.

/// How many people there are.
pub const COUNT: usize = 1_000;

const GIVEN: [&str; 40] = [
    "Amara",
    "Bjørn",
    "Chiara",
    "Dmitri",
    "Elif",
    "Farid",
    "Grace",
    "Hiroshi",
    "Ingrid",
    "João",
    "Katarzyna",
    "Liam",
    "Mei",
    "Nikhil",
    "Olga",
    "Pablo",
    "Quentin",
    "Rosa",
    "Sanjay",
    "Thandiwe",
    "Uwe",
    "Valentina",
    "Wei",
    "Ximena",
    "Yusuf",
    "Zofia",
    "Aaliyah",
    "Benedikt",
    "Camille",
    "Daniela",
    "Emeka",
    "Fiona",
    "Giovanni",
    "Hannah",
    "Ibrahim",
    "Júlia",
    "Kofi",
    "Leila",
    "Mateus",
    "Noor",
];

const FAMILY: [&str; 37] = [
    "Andersson",
    "Bakker",
    "Castillo",
    "Dubois",
    "Eriksen",
    "Ferrari",
    "García",
    "Horvath",
    "Ivanova",
    "Jansen",
    "Kowalski",
    "Lindqvist",
    "Müller",
    "Nakamura",
    "O'Brien",
    "Petrov",
    "Quispe",
    "Rossi",
    "Schneider",
    "Tanaka",
    "Ueda",
    "Vargas",
    "Weber",
    "Xu",
    "Yılmaz",
    "Zhang",
    "Abebe",
    "Banerjee",
    "Cohen",
    "Diallo",
    "Evans",
    "Fischer",
    "Gupta",
    "Hassan",
    "Ibáñez",
    "Johnson",
    "Kim",
];

const DEPARTMENTS: [(&str, [&str; 4]); 8] = [
    (
        "Engineering",
        [
            "Software Engineer",
            "Senior Software Engineer",
            "Engineering Manager",
            "Site Reliability Engineer",
        ],
    ),
    (
        "Finance",
        ["Accountant", "Controller", "Financial Analyst", "Treasury Specialist"],
    ),
    (
        "Sales",
        ["Account Executive", "Sales Engineer", "Regional Director", "Account Manager"],
    ),
    (
        "Human Resources",
        ["Recruiter", "HR Business Partner", "Payroll Specialist", "Learning Lead"],
    ),
    (
        "Operations",
        ["Operations Analyst", "Plant Supervisor", "Logistics Planner", "Buyer"],
    ),
    ("Legal", ["Counsel", "Paralegal", "Compliance Officer", "Contract Manager"]),
    (
        "Customer Service",
        ["Support Agent", "Team Lead", "Service Manager", "Quality Analyst"],
    ),
    (
        "Marketing",
        ["Brand Manager", "Copywriter", "Campaign Manager", "Market Researcher"],
    ),
];

/// A role: id, name, description, and how many in a hundred hold it.
pub const ROLES: [(&str, &str, &str, usize); 12] = [
    ("employee", "Employee", "Sign in, see one's own payslips and time sheets", 100),
    ("timekeeper", "Timekeeper", "Record and correct time sheets of a team", 20),
    ("approver", "Approver", "Approve expenses and leave of a team", 15),
    ("payroll-clerk", "Payroll Clerk", "Prepare payroll runs", 6),
    ("payroll-admin", "Payroll Administrator", "Release payroll runs", 2),
    ("reporting", "Reporting", "Run and export reports", 12),
    ("auditor", "Auditor", "Read everything, change nothing", 3),
    ("hr-partner", "HR Partner", "Maintain personnel records", 8),
    ("buyer", "Buyer", "Raise purchase orders", 9),
    (
        "vendor-admin",
        "Vendor Administrator",
        "Maintain vendors and their bank details",
        2,
    ),
    ("helpdesk", "Help Desk", "Unlock accounts and reset passwords", 5),
    ("system-admin", "System Administrator", "Configure the application", 1),
];

/// One person.
pub struct Person {
    pub user_name: String,
    pub given_name: &'static str,
    pub family_name: &'static str,
    pub title: &'static str,
    pub department: &'static str,
    pub phone: String,
    pub employee_number: String,
    pub active: bool,
}

/// The person with this number, counted from 1.
pub fn person(number: usize) -> Person {
    let (given_name, family_name) = names(number);
    let (department, titles) = pick(&DEPARTMENTS, scatter(number, 3));
    Person {
        user_name: user_name(number),
        given_name,
        family_name,
        title: pick(&titles, scatter(number, 5)),
        department,
        phone: format!("+1 555 01{:02} {:04}", scatter(number, 7) % 100, number),
        employee_number: format!("E{:06}", 100_000 + number * 7),
        active: !scatter(number, 11).is_multiple_of(20),
    }
}

/// `given.family`, in ASCII, with a number where somebody else has the name.
pub fn user_name(number: usize) -> String {
    let (given, family) = names(number);
    let round = (number - 1) / (GIVEN.len() * FAMILY.len());
    let suffix = if round == 0 { String::new() } else { (round + 1).to_string() };
    format!("{}.{}{suffix}", ascii(given), ascii(family))
}

/// The ids of the roles that the person holds.
pub fn roles(number: usize) -> impl Iterator<Item = &'static str> {
    let holds = move |at: usize, share: usize| scatter(number, 13 + at) % 100 < share;
    ROLES
        .iter()
        .enumerate()
        .filter(move |(at, role)| holds(*at, role.3))
        .map(|(_, role)| role.0)
}

/// Since 40 and 37 have no common divisor, the pairs repeat only after all of them.
fn names(number: usize) -> (&'static str, &'static str) {
    (pick(&GIVEN, number * 7), pick(&FAMILY, number * 11))
}

fn pick<T: Copy, const N: usize>(from: &[T; N], at: usize) -> T {
    #[expect(clippy::indexing_slicing, reason = "a remainder of the length is an index")]
    from[at % N]
}

/// A number that looks random and is not.
fn scatter(number: usize, salt: usize) -> usize {
    let mut x = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (salt as u64).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^= x >> 31;
    x = x.wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^= x >> 29;
    usize::try_from(x >> 8).unwrap_or_default()
}

fn ascii(name: &str) -> String {
    let letters = name.to_lowercase();
    letters
        .chars()
        .filter_map(|letter| match letter {
            'a'..='z' => Some(letter),
            'á' | 'ã' => Some('a'),
            'é' => Some('e'),
            'í' | 'ı' => Some('i'),
            'ñ' => Some('n'),
            'ø' | 'ö' | 'ó' => Some('o'),
            'ú' | 'ü' => Some('u'),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn user_names_are_unique_and_plain() {
        let names: BTreeSet<String> = (1..=COUNT).map(user_name).collect();
        assert_eq!(names.len(), COUNT);
        assert!(
            names
                .iter()
                .all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '.' || c.is_ascii_digit()))
        );
    }

    #[test]
    fn most_are_active_and_every_role_is_held() {
        let active = (1..=COUNT).filter(|number| person(*number).active).count();
        assert!((900..COUNT).contains(&active), "{active}");
        let held: BTreeSet<&str> = (1..=COUNT).flat_map(roles).collect();
        assert_eq!(held.len(), ROLES.len());
    }
}
