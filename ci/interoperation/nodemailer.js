// Hands in one mail with nodemailer, as a program that uses it would. Not `secure` and `requireTLS`: STARTTLS or nothing.
// usage: nodemailer.js login PORT CERTIFICATE PASSWORD | raw PORT MESSAGE     (the package is looked for in NODE_PATH)
const fs = require('node:fs')
const nodemailer = require('nodemailer')

const [mode, port, file, password] = process.argv.slice(2)
const common = { host: '127.0.0.1', port: Number(port), name: 'client.example', secure: false }
const mail =
    mode === 'login'
        ? {
              transport: { ...common, host: 'localhost', requireTLS: true, tls: { ca: fs.readFileSync(file) },
                           auth: { user: 'alice', pass: password } },
              message: { from: 'alice@example.org', to: 'alice@example.org', subject: 'over TLS', text: 'sent by a client' },
          }
        : {
              transport: { ...common, ignoreTLS: true },
              message: { envelope: { from: 'ann@remote.example', to: 'alice@example.org' }, raw: fs.readFileSync(file) },
          }
nodemailer.createTransport(mail.transport).sendMail(mail.message, error => {
    if (error) {
        console.error(error.message)
        process.exitCode = 1
    }
})
