// The last part of your CV's public address in Careers, for example 'maya-lindqvist'. Empty: the CV is resume.json.
export const slug = '';
export const api = '{{api}}';
