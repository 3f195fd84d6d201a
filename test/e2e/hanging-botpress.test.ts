import { testHanging } from './hanging'

testHanging('botpress', / \/v1\//)
