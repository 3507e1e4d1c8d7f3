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
const isHosted = address => !address.includes('@') || domains.includes(address.slice(address.lastIndexOf('@') + 1).toLowerCase())
const mailbox = address => mailboxes.get(address.toLowerCase()) ?? (/^postmaster(@|$)/i.test(address) ? admin : undefined)

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
// One copy for each of their mailboxes, below a Return-Path.
const deliver = (sender, recipients, content) =>
    new Set(recipients.map(mailbox)).forEach(user => store(user, Buffer.concat([Buffer.from(`Return-Path: <${sender}>\r\n`), content])))

module.exports = { setting, on, passwords, isHosted, mailbox, plain, isSafe, isRefused, deliver }
