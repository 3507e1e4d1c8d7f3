// What the targets that are programs for node share: the settings from the environment, accounts, access rules, Maildirs.
const fs = require('node:fs')
const net = require('node:net')
const os = require('node:os')
const path = require('node:path')

const setting = name => process.env[`SMTPSPEC_${name}`]
const on = name => setting(name) === 'true'
const words = name => setting(name).split(' ').filter(Boolean)

const mailboxes = new Map() // address -> user
const passwords = new Map() // user in lower case -> password
for (const line of fs.readFileSync(setting('ACCOUNTS_FILE'), 'utf8').split('\n').filter(Boolean)) {
    const [user, password, addresses] = line.split(':')
    passwords.set(user.toLowerCase(), password)
    for (const address of addresses.split(',')) mailboxes.set(address.toLowerCase(), user)
}
const admin = mailboxes.get(setting('GENERAL_ADMIN_EMAIL').toLowerCase())
if (setting('SMTP_OUTGOING_ACCESS_LOGINS') === 'only') {
    passwords.clear()
    passwords.set(setting('SMTP_OUTGOING_ACCESS_USER').toLowerCase(), setting('SMTP_OUTGOING_ACCESS_PASSWORD'))
}
const domains = [...words('GENERAL_LOCAL_DOMAINS'), setting('GENERAL_PRIMARY_DOMAIN')].map(domain => domain.toLowerCase())
const isOwnLiteral = domain => {
    const [, ip] = domain.match(/^\[(?:ipv6:)?(.*)\]$/) ?? []
    return net.isIP(ip ?? '') !== 0 && isLocal(ip)
}
const isHosted = address => {
    const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
    return !address.includes('@') || domains.includes(domain) || isOwnLiteral(domain)
}
const isPartial = address => /@[^.[\]]+$/.test(address)
// Quoted or not, a local-part is the same.
const unquoted = address => address.replace(/^"((?:[^"\\]|\\.)*)"(?=@[^@]*$)/, (_, text) => text.replace(/\\(.)/g, '$1'))
const mailbox = address =>
    mailboxes.get(unquoted(address).toLowerCase()) ?? (/^postmaster(@|$)/i.test(unquoted(address)) ? admin : undefined)
// A user name as SASLprep has it, but for what the accounts of the suite do not have: what is mapped to nothing is taken out.
const nothing = /[\u00ad\u034f\u1806\u180b-\u180d\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]/g
const passwordOf = user => passwords.get(user.normalize('NFKC').replace(nothing, '').toLowerCase())

const family = address => (address.includes(':') ? 'ipv6' : 'ipv4')
const plain = address => address.replace(/^::ffff:(?=\d+\.)/i, '')
const blockList = entries => {
    const lists = { ipv4: new net.BlockList(), ipv6: new net.BlockList() } // one for both would find IPv4 in ::/0
    for (const entry of entries) {
        const [first, last] = entry.split('-').map(plain)
        const [block, bits] = first.split('/')
        const list = lists[family(first)]
        if (last) list.addRange(first, last, family(first))
        else if (bits) list.addSubnet(block, Number(bits), family(block))
        else list.addAddress(first, family(first))
    }
    return address => lists[family(plain(address))].check(plain(address), family(plain(address)))
}
const isLocal = blockList(Object.values(os.networkInterfaces()).flat().map(({ address }) => address.split('%')[0]))
const isListedSafe = blockList(words('SMTP_OUTGOING_ACCESS_SAFE_IPS'))
const isInRange = blockList(words('SMTP_OUTGOING_ACCESS_IP_RANGES'))
const isSafe = ip => isListedSafe(ip) || (on('SMTP_OUTGOING_ACCESS_ALLOW_LOCAL_IPS') && isLocal(ip))
const isRefused = ip => !isSafe(ip) && ((on('SMTP_OUTGOING_ACCESS_BLOCK_LOCAL_IPS') && isLocal(ip)) ||
    (on('SMTP_OUTGOING_ACCESS_IP_RANGE_CONTROL') && !isInRange(ip)))

let stored = 0
const store = (user, content) => {
    const folder = path.join(setting('MAILDIR_ROOT'), user)
    for (const part of ['tmp', 'new', 'cur']) fs.mkdirSync(path.join(folder, part), { recursive: true })
    const name = `${Date.now()}.${process.pid}_${++stored}.${os.hostname()}`
    fs.writeFileSync(path.join(folder, 'tmp', name), content)
    fs.renameSync(path.join(folder, 'tmp', name), path.join(folder, 'new', name))
}
// The fields of the header, each with its line end, and how many octets they are.
const fieldsOf = content => {
    const end = content.indexOf('\r\n\r\n')
    const header = content.subarray(0, end < 0 ? content.length : end + 2)
    return { fields: header.toString('latin1').split(/(?<=\r\n)(?![ \t])/), length: header.length }
}
const has = (fields, name) => fields.some(field => field.toLowerCase().startsWith(`${name}:`))
// One copy for each of their mailboxes, below the only Return-Path.
const deliver = (sender, recipients, content) => {
    const { fields, length } = fieldsOf(content)
    const kept = has(fields, 'return-path')
        ? Buffer.concat([Buffer.from(fields.filter(field => !/^return-path:/i.test(field)).join(''), 'latin1'), content.subarray(length)])
        : content
    new Set(recipients.map(mailbox)).forEach(user => store(user, Buffer.concat([Buffer.from(`Return-Path: <${sender}>\r\n`), kept])))
}

module.exports = { setting, on, passwordOf, isHosted, isPartial, mailbox, plain, isSafe, isRefused, fieldsOf, has, deliver }
